//! How schemas are compiled.

use std::collections::HashMap;
use std::sync::Arc;

use super::custom::Custom;

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

/// What becomes of properties that a schema does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unknown {
    /// They stay.
    #[default]
    Keep,
    /// They are left out.
    Strip,
    /// They break the schema (`unknown`). Rewriting keeps them: a schema that is to refuse them is compiled with
    /// `refuse_unknown`.
    Refuse,
}

/// How a text is rewritten, where the schema does not say so itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewriteOptions {
    /// Makes of strings what the schema asks for, where nothing is lost by it. Default `false`; `x-coerce` overrides it.
    pub coerce: bool,
    /// What becomes of unknown properties. Default: they stay; `x-unknown` overrides it.
    pub unknown: Unknown,
    /// Fills in what `default` says. Default `true`.
    pub defaults: bool,
}

impl Default for RewriteOptions {
    fn default() -> Self {
        Self { coerce: false, unknown: Unknown::Keep, defaults: true }
    }
}

/// How a schema is compiled.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
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
    /// Refuses properties that an object's schema does not know, where it knows some and says nothing of others. Default
    /// `false`; `x-unknown` overrides it. This is how [`Unknown::Refuse`] is done: by checking, not by rewriting.
    pub refuse_unknown: bool,
    /// In strict mode, refuses `default` where no rewriting comes by, too: it would not be filled in. Default `false`.
    pub fills: bool,
    /// Checks what is there and asks for nothing that is not: ignores `required`, `dependentRequired` and
    /// `minProperties`, wherever they stand. Default `false`.
    pub partial: bool,
    /// Formats and keywords that the application defines. Default: none.
    pub custom: Arc<Custom>,
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
            refuse_unknown: false,
            fills: false,
            partial: false,
            custom: Arc::default(),
            uri: String::new(),
            registered: Arc::default(),
        }
    }
}
