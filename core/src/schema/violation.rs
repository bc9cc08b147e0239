//! What a value does wrong, for people and programs: where it stands, which keyword it breaks and by how much.

use std::fmt;

use super::program::Types;

/// One breach of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer of the value (RFC 6901).
    pub instance: String,
    /// Where the keyword stands in the schema: a JSON pointer in a fragment.
    pub schema: String,
    /// The keyword.
    pub keyword: &'static str,
    /// What the keyword says.
    pub params: Params,
}

/// What a keyword says that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Params {
    /// Nothing more.
    None,
    /// The types that are allowed.
    Types(Types),
    /// The limit, as it is written in the schema.
    Limit(String),
    /// The name of a property.
    Property(String),
    /// The name of a format, or the source of a pattern.
    Name(String),
    /// How many subschemas or elements were found to be right.
    Found(u32),
    /// The places of two elements that are equal.
    Equal(u32, u32),
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.keyword, &self.params) {
            ("type", Params::Types(types)) => write!(out, "must be {types}"),
            ("minimum", Params::Limit(limit)) => write!(out, "must be at least {limit}"),
            ("maximum", Params::Limit(limit)) => write!(out, "must be at most {limit}"),
            ("exclusiveMinimum", Params::Limit(limit)) => write!(out, "must be greater than {limit}"),
            ("exclusiveMaximum", Params::Limit(limit)) => write!(out, "must be less than {limit}"),
            ("multipleOf", Params::Limit(limit)) => write!(out, "must be a multiple of {limit}"),
            ("minLength", Params::Limit(limit)) => write!(out, "must have at least {limit} characters"),
            ("maxLength", Params::Limit(limit)) => write!(out, "must have at most {limit} characters"),
            ("minItems", Params::Limit(limit)) => write!(out, "must have at least {limit} items"),
            ("maxItems", Params::Limit(limit)) => write!(out, "must have at most {limit} items"),
            ("minProperties", Params::Limit(limit)) => write!(out, "must have at least {limit} properties"),
            ("maxProperties", Params::Limit(limit)) => write!(out, "must have at most {limit} properties"),
            ("required", Params::Property(name)) => write!(out, "must have the property {name:?}"),
            ("dependentRequired" | "dependencies", Params::Property(name)) => {
                write!(out, "must have the property {name:?} beside those it has")
            }
            ("pattern", Params::Name(source)) => write!(out, "must match the pattern {source:?}"),
            ("format", Params::Name(name)) => write!(out, "must be of the format {name:?}"),
            ("contentEncoding" | "contentMediaType", Params::Name(name)) => write!(out, "must be {name}"),
            ("uniqueItems", Params::Equal(one, two)) => write!(out, "must not have equal items ({one} and {two})"),
            ("enum", _) => write!(out, "must be one of the values allowed"),
            ("const", _) => write!(out, "must be the value allowed"),
            ("anyOf", _) => write!(out, "must match at least one of several schemas"),
            ("oneOf", Params::Found(found)) => write!(out, "must match exactly one of several schemas, not {found}"),
            ("not", _) => write!(out, "must not match a schema"),
            ("minContains" | "contains", _) => write!(out, "must contain more items of a kind"),
            ("maxContains", _) => write!(out, "must contain fewer items of a kind"),
            ("additionalProperties" | "unevaluatedProperties", _) => write!(out, "is no property that is known"),
            ("additionalItems" | "unevaluatedItems" | "items", _) => write!(out, "is an item too many"),
            _ => write!(out, "must not be there"),
        }
    }
}
