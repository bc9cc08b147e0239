//! Schemas and documents that are grown, not typed: most of them compile, and the documents have the names that the
//! schemas know.

use std::fmt::Write;

use arbitrary::Arbitrary;

const NAMES: [&str; 5] = ["a", "b", "c", "d\\\"", "\\u00e9"];
const STRINGS: [&str; 8] = ["", "1", "-0", "9007199254740993", "true", " x\\t", "\\u0000<&", "é"];
const NUMBERS: [&str; 6] = ["0", "-1", "1.5", "1e3", "9007199254740993", "18446744073709551615"];
const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
const STEPS: [&str; 5] = ["trim", "nfc", "lowercase", "stripControl", "escapeHtml"];

fn pick(list: &[&'static str], number: u8) -> &'static str {
    list[usize::from(number) % list.len()]
}

#[derive(Arbitrary, Debug)]
pub enum Document {
    Null,
    Flag(bool),
    Number(u8),
    String(u8),
    Array(Vec<Document>),
    Object(Vec<Document>),
}

impl Document {
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::Number(number) => out.push_str(pick(&NUMBERS, *number)),
            Self::String(number) => write!(out, "\"{}\"", pick(&STRINGS, *number)).unwrap(),
            Self::Array(list) => {
                for (at, value) in list.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "[ " });
                    value.write(out);
                }
                out.push_str(if list.is_empty() { "[]" } else { " ]" });
            }
            Self::Object(list) => {
                out.push_str("{ ");
                for (at, value) in list.iter().take(NAMES.len()).enumerate() {
                    if at > 0 {
                        out.push_str(" , ");
                    }
                    write!(out, "\"{}\" : ", NAMES[at]).unwrap();
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

#[derive(Arbitrary, Debug)]
pub enum Grown {
    Flag(bool),
    Types(u8, Option<u8>),
    Wide(bool),
    Sanitise(u8),
    Coerce(u8, bool),
    Default(Box<Grown>, Document),
    Object { names: Vec<Grown>, first: u8, others: Option<Box<Grown>>, unknown: Option<bool>, required: Option<u8> },
    Pattern(Box<Grown>),
    Array(Vec<Grown>, Option<Box<Grown>>),
    All(Vec<Grown>),
    Any(Vec<Grown>),
    One(Vec<Grown>),
    Not(Box<Grown>),
    Choices(Vec<Document>),
    Bounds(u8, u8),
    Reference(u8),
}

impl Grown {
    fn list(list: &[Self], out: &mut String) {
        out.push('[');
        for (at, schema) in list.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            schema.write(out);
        }
        // None is not allowed where these stand.
        out.push_str(if list.is_empty() { "true]" } else { "]" });
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::Types(one, None) => write!(out, "{{\"type\":\"{}\"}}", pick(&TYPES, *one)).unwrap(),
            Self::Types(one, Some(two)) => {
                write!(out, "{{\"type\":[\"{}\",\"{}\"]}}", pick(&TYPES, *one), pick(&TYPES, *two)).unwrap();
            }
            Self::Wide(signed) => {
                let format = if *signed { "int64" } else { "uint64" };
                write!(out, "{{\"type\":\"integer\",\"format\":\"{format}\"}}").unwrap();
            }
            Self::Sanitise(step) => write!(out, "{{\"x-sanitize\":[\"{}\"]}}", pick(&STEPS, *step)).unwrap(),
            Self::Coerce(one, coerce) => {
                let coerce = if *coerce { "\"lossless\"" } else { "false" };
                write!(out, "{{\"type\":\"{}\",\"x-coerce\":{coerce}}}", pick(&TYPES, *one)).unwrap();
            }
            Self::Default(schema, value) => {
                out.push_str("{\"allOf\":[");
                schema.write(out);
                out.push_str("],\"default\":");
                value.write(out);
                out.push('}');
            }
            Self::Object { names, first, others, unknown, required } => {
                out.push_str("{\"properties\":{");
                for (at, schema) in names.iter().take(NAMES.len()).enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    write!(out, "\"{}\":", NAMES[(usize::from(*first) + at) % NAMES.len()]).unwrap();
                    schema.write(out);
                }
                out.push('}');
                if let Some(others) = others {
                    out.push_str(",\"additionalProperties\":");
                    others.write(out);
                }
                if let Some(unknown) = unknown {
                    write!(out, ",\"x-unknown\":\"{}\"", if *unknown { "strip" } else { "refuse" }).unwrap();
                }
                if let Some(required) = required {
                    write!(out, ",\"required\":[\"{}\"]", pick(&NAMES, *required)).unwrap();
                }
                out.push('}');
            }
            Self::Pattern(schema) => {
                out.push_str("{\"patternProperties\":{\"^[ab]\":");
                schema.write(out);
                out.push_str("}}");
            }
            Self::Array(prefix, rest) => {
                out.push_str("{\"prefixItems\":");
                Self::list(prefix, out);
                if let Some(rest) = rest {
                    out.push_str(",\"items\":");
                    rest.write(out);
                }
                out.push('}');
            }
            Self::All(list) | Self::Any(list) | Self::One(list) => {
                let keyword = match self {
                    Self::All(_) => "allOf",
                    Self::Any(_) => "anyOf",
                    _ => "oneOf",
                };
                write!(out, "{{\"{keyword}\":").unwrap();
                Self::list(list, out);
                out.push('}');
            }
            Self::Not(schema) => {
                out.push_str("{\"not\":");
                schema.write(out);
                out.push('}');
            }
            Self::Choices(list) => {
                out.push_str("{\"enum\":");
                for (at, value) in list.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "[" });
                    value.write(out);
                }
                out.push_str(if list.is_empty() { "[]}" } else { "]}" });
            }
            Self::Bounds(min, max) => write!(out, "{{\"minLength\":{min},\"maximum\":{max}}}").unwrap(),
            Self::Reference(number) => write!(out, "{{\"$ref\":\"#/$defs/{}\"}}", number % 4).unwrap(),
        }
    }
}

/// A schema with its definitions, of which there are four.
pub fn write_schema(schema: &Grown, definitions: &[Grown], out: &mut String) {
    out.push_str("{\"$defs\":{");
    for at in 0..4 {
        write!(out, "{}\"{at}\":", if at > 0 { "," } else { "" }).unwrap();
        definitions.get(at).unwrap_or(&Grown::Flag(true)).write(out);
    }
    out.push_str("},\"allOf\":[");
    schema.write(out);
    out.push_str("]}");
}
