//! How schemas are compiled.

use std::collections::HashMap;
use std::sync::Arc;

/// A draft of JSON Schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Draft {
    /// draft-07
    Draft7,
    /// 2019-09
    Draft201909,
    /// 2020-12
    #[default]
    Draft202012,
}

impl Draft {
    /// The draft of a `$schema`, with or without its empty fragment.
    #[must_use]
    pub fn of(uri: &str) -> Option<Self> {
        match uri.strip_suffix('#').unwrap_or(uri) {
            "http://json-schema.org/draft-07/schema" => Some(Self::Draft7),
            "https://json-schema.org/draft/2019-09/schema" => Some(Self::Draft201909),
            "https://json-schema.org/draft/2020-12/schema" => Some(Self::Draft202012),
            _ => None,
        }
    }
}

/// How a schema is compiled.
#[derive(Clone, Debug)]
pub struct SchemaOptions {
    /// The draft of schemas that do not name one with `$schema`. Default 2020-12.
    pub draft: Draft,
    /// Refuses unknown keywords and formats, contradictions, and keywords that have no effect. Default `true`.
    pub strict: bool,
    /// Checks `format`; without it, it only describes. Default `true`.
    pub formats: bool,
    /// Checks `contentEncoding` (base64) and `contentMediaType` (JSON) of draft-07; without it, and in later drafts, they
    /// only describe. Default `false`.
    pub content: bool,
    /// Passes over `required`, in every schema: for what is only a part of a value. Default `false`.
    pub partial: bool,
    /// The URI of the schema, against which its references are resolved. Default: none.
    pub uri: String,
    /// Schemas that may be referred to, by their URIs. Nothing is ever fetched. Default: those of the drafts only.
    pub registered: Arc<HashMap<String, Vec<u8>>>,
}

impl Default for SchemaOptions {
    fn default() -> Self {
        Self {
            draft: Draft::default(),
            strict: true,
            formats: true,
            content: false,
            partial: false,
            uri: String::new(),
            registered: Arc::default(),
        }
    }
}
