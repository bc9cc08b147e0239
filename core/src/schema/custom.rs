//! Formats and keywords that an application defines. Sets of values and expressions are checked here; what only the
//! application can decide is deferred: a check that finds nothing wrong gives the values with it, and the application has
//! the last word.

use std::collections::HashMap;

use super::program::Types;
use super::quote::quote;
use super::validate::Schema;

/// Formats and keywords by their names.
#[derive(Clone, Debug, Default)]
pub struct Custom {
    /// Values of `format`. One of the drafts' names takes the place of the draft's.
    pub formats: HashMap<String, CustomFormat>,
    /// Keywords, and values of `x-validate`. A name that the drafts have is never asked for here.
    pub keywords: HashMap<String, CustomKeyword>,
}

/// Which strings have a format.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CustomFormat {
    /// These.
    Values(Vec<String>),
    /// Those in which an expression in JavaScript's syntax is found; it runs in linear time or not at all.
    Pattern(String),
    /// The application decides, by the validator of this number.
    Deferred(u32),
}

/// A keyword for which the application decides.
#[derive(Clone, Debug)]
pub struct CustomKeyword {
    /// The number of the validator that decides.
    pub validator: u32,
    /// The types of the values that are asked for, by their names; empty for all.
    pub types: Vec<String>,
    /// What the value of the keyword may be. Default: anything.
    pub params: Option<Schema>,
}

/// One place of a schema that the application decides about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferral {
    /// The number of the validator.
    pub validator: u32,
    /// The name of the format or keyword, which is the code of its violations.
    pub name: String,
    /// The value of the keyword as JSON; `null` for formats and `x-validate`.
    pub params: String,
    /// Where the keyword stands in the schema: a JSON pointer in a fragment.
    pub schema: String,
    /// The types of the values that are asked for.
    pub(super) types: Types,
}

/// A value that is right but for what the application decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferred {
    /// The number of the validator.
    pub validator: u32,
    /// The place among [`Schema::deferrals`].
    pub deferral: u32,
    /// JSON pointer of the value (RFC 6901); of a property name, that of the property.
    pub pointer: String,
    /// Where the value begins in the text that was checked, a string with its quotes.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

impl Schema {
    /// What the application decides, in the order of their numbers.
    #[must_use]
    pub fn deferrals(&self) -> &[Deferral] {
        &self.program().deferrals
    }
}

/// Appends the values of a text that the application decides about as it gets them, in groups by their deferral, the one whose value comes
/// first in front:
/// `[{"deferral":0,"pointers":["/0","/1"],"values":["a","b"]}]`.
pub fn write_deferred(deferred: &[Deferred], text: &[u8], out: &mut Vec<u8>) {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut groups: Vec<(u32, Vec<&Deferred>)> = Vec::new();
    for value in deferred {
        let place = *places.entry(value.deferral).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => groups.push((value.deferral, vec![value])),
        }
    }
    out.push(b'[');
    for (at, (deferral, values)) in groups.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        out.extend_from_slice(format!("{comma}{{\"deferral\":{deferral},\"pointers\":[").as_bytes());
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            quote(&value.pointer, out);
        }
        out.extend_from_slice(b"],\"values\":[");
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(text.get(value.start as usize..value.end as usize).unwrap_or(b"null"));
        }
        out.extend_from_slice(b"]}");
    }
    out.push(b']');
}
