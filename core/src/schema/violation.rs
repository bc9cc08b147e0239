//! What a value does wrong, for people and programs: where it stands, which keyword it breaks and by how much.

use std::fmt;

use super::program::Types;
use super::quote::quote;

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

impl Violation {
    /// Appends it as it stands in an answer: `{"in":"body","pointer":"/a","code":"minimum","message":"must be at least 1",
    /// "params":{"limit":1}}`. `part` is the part of the request, and left out if it is empty. Nothing of it is taken from
    /// a value of the text; the pointer has the names of the properties that lead there.
    pub fn write_json(&self, part: &str, out: &mut Vec<u8>) {
        out.push(b'{');
        for (name, value) in
            [("in", part), ("pointer", &self.instance), ("code", self.keyword), ("message", &self.to_string())]
        {
            if name == "in" && value.is_empty() {
                continue;
            }
            if out.last() != Some(&b'{') {
                out.push(b',');
            }
            quote(name, out);
            out.push(b':');
            quote(value, out);
        }
        if self.params != Params::None {
            out.extend_from_slice(b",\"params\":");
            self.write_params(out);
        }
        out.push(b'}');
    }

    /// Appends it as a validator by itself tells it: as [`Self::write_json`] without a part, always with `params`, and with
    /// `schemaPointer`, which is a JSON pointer, behind a URI and `#` where the keyword stands in another document.
    pub fn write_json_with_schema(&self, out: &mut Vec<u8>) {
        self.write_json("", out);
        out.pop();
        if self.params == Params::None {
            out.extend_from_slice(b",\"params\":{}");
        }
        out.extend_from_slice(b",\"schemaPointer\":");
        quote(self.schema.strip_prefix('#').unwrap_or(&self.schema), out);
        out.push(b'}');
    }

    /// Appends what the keyword says as an object: `{"type":["integer","null"]}`, `{"limit":1}`, `{"property":"a"}`,
    /// `{"found":2}`, `{"items":[0,3]}`, and `{"format":"email"}` under the name of its keyword.
    pub fn write_params(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        match &self.params {
            Params::None => {}
            Params::Types(types) => {
                out.extend_from_slice(b"\"type\":[");
                for (at, name) in (0..).zip(types.names()) {
                    if at > 0 {
                        out.push(b',');
                    }
                    quote(name, out);
                }
                out.push(b']');
            }
            // A number as it stands in the schema is one in JSON.
            Params::Limit(limit) => out.extend_from_slice(format!("\"limit\":{limit}").as_bytes()),
            Params::Property(name) => {
                out.extend_from_slice(b"\"property\":");
                quote(name, out);
            }
            Params::Name(name) => {
                quote(self.keyword, out);
                out.push(b':');
                quote(name, out);
            }
            Params::Found(found) => out.extend_from_slice(format!("\"found\":{found}").as_bytes()),
            Params::Equal(one, two) => out.extend_from_slice(format!("\"items\":[{one},{two}]").as_bytes()),
        }
        out.push(b'}');
    }
}

/// So many of something.
fn counted(limit: &str, one: &str, many: &str) -> String {
    format!("{limit} {}", if limit == "1" { one } else { many })
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
            ("minLength", Params::Limit(limit)) => {
                write!(out, "must have at least {}", counted(limit, "character", "characters"))
            }
            ("maxLength", Params::Limit(limit)) => {
                write!(out, "must have at most {}", counted(limit, "character", "characters"))
            }
            ("minItems", Params::Limit(limit)) => {
                write!(out, "must have at least {}", counted(limit, "item", "items"))
            }
            ("maxItems", Params::Limit(limit)) => {
                write!(out, "must have at most {}", counted(limit, "item", "items"))
            }
            ("minProperties", Params::Limit(limit)) => {
                write!(out, "must have at least {}", counted(limit, "property", "properties"))
            }
            ("maxProperties", Params::Limit(limit)) => {
                write!(out, "must have at most {}", counted(limit, "property", "properties"))
            }
            ("required", Params::Property(name)) => write!(out, "must have the property {name:?}"),
            ("dependentRequired" | "dependencies", Params::Property(name)) => {
                write!(out, "must have the property {name:?} beside those it has")
            }
            ("pattern", Params::Name(source)) => write!(out, "must match the pattern {source:?}"),
            ("format", Params::Name(name)) => write!(out, "must be of the format {name:?}"),
            ("contentEncoding" | "contentMediaType", Params::Name(name)) => write!(out, "must be {name}"),
            ("uniqueItems", Params::Equal(one, two)) => write!(out, "must not have equal items ({one} and {two})"),
            ("unsafe_integer", _) => write!(out, "must be between -9007199254740991 and 9007199254740991"),
            ("enum", _) => write!(out, "must be one of the values allowed"),
            ("const", _) => write!(out, "must be the value allowed"),
            ("anyOf", _) => write!(out, "must match at least one of several schemas"),
            ("oneOf", Params::Found(found)) => write!(out, "must match exactly one of several schemas, not {found}"),
            ("not", _) => write!(out, "must not match a schema"),
            ("minContains" | "contains", _) => write!(out, "must contain more items of a kind"),
            ("maxContains", _) => write!(out, "must contain fewer items of a kind"),
            ("additionalProperties" | "unevaluatedProperties" | "unknown", _) => {
                write!(out, "is no property that is known")
            }
            ("additionalItems" | "unevaluatedItems" | "items", _) => write!(out, "is an item too many"),
            _ => write!(out, "must not be there"),
        }
    }
}
