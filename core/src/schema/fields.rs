//! Names and values of a query, a path, headers, cookies or a form as one JSON object: a schema says which names hold several
//! values, and what the texts mean. What a text cannot mean stays a text, which the check refuses.

use std::borrow::Cow;
use std::collections::HashMap;

use super::options::RewriteOptions;
use super::program::Types;
use super::quote::quote;
use super::rewrite::{self, Change};
use super::validate::Schema;

/// The values of one name.
struct Group<'a> {
    name: Cow<'a, str>,
    values: Vec<Cow<'a, str>>,
    /// What the schema says of its values.
    types: Types,
    /// It was written `name[]`.
    bracketed: bool,
}

/// Whether an array is asked for, and nothing that is written as one text.
fn is_list(types: Types) -> bool {
    let scalars = Types::NUMBERS.with(Types::BOOLEAN).with(Types::STRING);
    types.has(Types::ARRAY) && types.both(scalars).is_empty()
}

impl Group<'_> {
    /// Several values are an array, whatever is asked for; one is, where nothing else is.
    fn is_array(&self) -> bool {
        self.values.len() != 1 || self.bracketed || is_list(self.types)
    }

    fn write(&self, out: &mut Vec<u8>) {
        quote(&self.name, out);
        out.push(b':');
        if let ([value], false) = (&*self.values, self.is_array()) {
            quote(value, out);
            return;
        }
        for (at, value) in self.values.iter().enumerate() {
            out.push(if at > 0 { b',' } else { b'[' });
            quote(value, out);
        }
        out.push(b']');
    }
}

impl Schema {
    /// Whether the schema of an object asks for an array where this name stands, and for nothing else.
    #[must_use]
    pub fn asks_list(&self, name: &str) -> bool {
        rewrite::member_types(self.program(), name.as_bytes()).is_some_and(is_list)
    }

    /// Appends names and values, decoded and in their order, as a JSON object: those of one name together, where it
    /// stood first. With `coerce` each text becomes the first that it means without loss of integer, number, boolean and
    /// null, if the schema asks for one; a text that means none of them stays one. `name[]` is another spelling of `name`,
    /// if the schema knows only that. Then it is rewritten as other texts are. `changes` takes what was done, with pointers
    /// into the object.
    ///
    /// How many fields there are is for the caller to limit. The names of headers are to be given in small letters, as they
    /// must stand in the schema.
    pub fn object_from_fields<'a>(
        &self,
        fields: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        options: &RewriteOptions,
        out: &mut Vec<u8>,
        changes: Option<&mut Vec<Change>>,
    ) {
        let program = self.program();
        let mut places: HashMap<Cow<'a, str>, usize> = HashMap::new();
        let mut groups: Vec<Group<'a>> = Vec::new();
        for (mut name, value) in fields {
            let mut bracketed = false;
            if let Some(base) = name.strip_suffix("[]")
                && rewrite::member_types(program, name.as_bytes()).is_none()
                && rewrite::member_types(program, base.as_bytes()).is_some()
            {
                name = Cow::Owned(base.to_owned());
                bracketed = true;
            }
            let place = *places.entry(name.clone()).or_insert(groups.len());
            if place == groups.len() {
                let types = rewrite::member_types(program, name.as_bytes()).unwrap_or(Types::ALL);
                groups.push(Group { name, values: Vec::new(), types, bracketed });
            }
            if let Some(group) = groups.get_mut(place) {
                group.values.push(value);
                group.bracketed |= bracketed;
            }
        }
        let start = out.len();
        out.push(b'{');
        for (at, group) in groups.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            group.write(out);
        }
        out.push(b'}');
        let text = out.get(start..).unwrap_or_default();
        if self.rewrites(options)
            && let Some(text) = rewrite::rewrite_fields(program, text, *options, changes)
        {
            out.truncate(start);
            out.extend_from_slice(&text);
        }
    }
}
