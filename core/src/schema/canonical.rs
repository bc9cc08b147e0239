//! A form in which equal values are equal bytes, as JSON Schema compares them (core §4.2.2): `1.0` is `1`, the order of
//! members does not count, escapes do not either. Sorting these forms finds equal elements in n log n steps, whatever
//! they are, without a hash that a peer could play with.

use super::number::{Number, push_length};
use super::reader::Kind;
use super::tape::Values;

fn length(out: &mut Vec<u8>, count: usize) {
    push_length(out, count as u64);
}

fn string(bytes: &[u8], out: &mut Vec<u8>) {
    length(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// Appends the form of a value that is no string and has no others in it.
pub(super) fn write_scalar(kind: Kind, raw: &[u8], out: &mut Vec<u8>) {
    match kind {
        Kind::Null => out.push(b'n'),
        Kind::False => out.push(b'f'),
        Kind::True => out.push(b't'),
        _ => {
            out.push(b'0');
            if let Some(number) = Number::read(raw) {
                number.canonical(out);
            }
        }
    }
}

/// Appends the form of a value. As deep as the value, which the reader limits.
pub(super) fn write(values: &Values<'_>, value: u32, out: &mut Vec<u8>) {
    match values.kind(value) {
        kind @ (Kind::Null | Kind::False | Kind::True | Kind::Number) => write_scalar(kind, values.raw(value), out),
        Kind::String => {
            out.push(b's');
            string(&values.string(value), out);
        }
        Kind::Array => {
            out.push(b'[');
            length(out, values.entry(value).count as usize);
            for element in values.elements(value) {
                write(values, element, out);
            }
        }
        Kind::Object => {
            // Of a doubled key the last counts, as in JavaScript.
            let mut members: Vec<_> = values.members(value).map(|(key, value)| (values.string(key), value)).collect();
            members.reverse();
            members.sort_by(|one, two| one.0.cmp(&two.0));
            members.dedup_by(|one, two| one.0 == two.0);
            out.push(b'{');
            length(out, members.len());
            for (key, value) in members {
                string(&key, out);
                write(values, value, out);
            }
        }
    }
}
