//! Names and values of a query, a path, headers, cookies or a form as one JSON object.

use std::borrow::Cow;
use std::collections::HashMap;

use super::json_error::JsonError;
use super::limits::JsonLimits;
use super::options::RewriteOptions;
use super::quote::quote;
use super::rewrite::Change;
use super::validate::Schema;

impl Schema {
    /// Whether any text may be changed; if not, it is checked as it is.
    #[must_use]
    pub fn rewrites(&self, _options: &RewriteOptions) -> bool {
        false
    }

    /// Rewrites a text.
    ///
    /// # Errors
    /// [`JsonError`].
    pub fn rewrite(
        &self,
        _text: &[u8],
        _options: &RewriteOptions,
        _limits: &JsonLimits,
        _changes: Option<&mut Vec<Change>>,
    ) -> Result<Option<Vec<u8>>, JsonError> {
        Ok(None)
    }

    /// Appends an object.
    pub fn object_from_fields<'a>(
        &self,
        fields: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        _options: &RewriteOptions,
        out: &mut Vec<u8>,
        _changes: Option<&mut Vec<Change>>,
    ) {
        let mut places: HashMap<Cow<'a, str>, usize> = HashMap::new();
        let mut groups: Vec<(Cow<'a, str>, Vec<Cow<'a, str>>)> = Vec::new();
        for (name, value) in fields {
            let place = *places.entry(name.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, values)) => values.push(value),
                None => groups.push((name, vec![value])),
            }
        }
        out.push(b'{');
        for (at, (name, values)) in groups.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            quote(name, out);
            out.push(b':');
            if let [value] = &**values {
                quote(value, out);
                continue;
            }
            for (at, value) in values.iter().enumerate() {
                out.push(if at > 0 { b',' } else { b'[' });
                quote(value, out);
            }
            out.push(b']');
        }
        out.push(b'}');
    }
}
