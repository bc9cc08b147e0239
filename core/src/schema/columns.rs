//! Values as a row of 32-bit words, from which `js/validation/columns.ts` builds what `JSON.parse` would give, in less time
//! than that takes: objects are copies of an empty one with the same members, strings are slices of one text.
//!
//! Written on the [straight way](super::straight) only, so when a text holds what its schema expects, in its order. For all
//! others the columns are not filled, and `JSON.parse` it is. What stands in the row, value by value:
//!
//! | value | words |
//! |---|---|
//! | one whose schema allows several types | its tag: 0 null, 1 false, 2 true, 3 number, 4 string, 5 array, 6 object, 7 choice; then as below, literals none |
//! | number | its value, or `-2^31` and the two halves of a double, the lower first |
//! | string | where it begins in the text in UTF-16 units, and its length, with bit 31 set if it has escapes |
//! | string of an `enum` | its place in the plan's list |
//! | boolean | 0 or 1 |
//! | null | none |
//! | array | the number of elements, then they |
//! | object | which members of the plan are there as bits, then they |

use super::names::NameTable;
use super::number::Decimal;
use super::program::{Node, NodeId, Program, Types};
use super::reader::{Kind, Scalar};
use super::straight::Sink;
use super::ways::{StringWay, Way};

/// Members of an object that go into columns: bits of a number that JavaScript holds without a box.
const MAX_MEMBERS: usize = 31;
/// Says that a double follows.
const DOUBLE: i32 = i32::MIN;
const ESCAPED: u32 = 1 << 31;

/// What a text held. Kept from text to text, so that its memory is.
#[derive(Debug, Default)]
pub struct Columns {
    words: Vec<u32>,
    /// Bytes of the text beyond its UTF-16 units so far.
    excess: u32,
    void: bool,
    filled: bool,
}

impl Columns {
    /// The words, if the last text that was [validated](super::Validator::validate_columns) is valid and went into them.
    #[must_use]
    pub fn words(&self) -> Option<&[u32]> {
        self.filled.then_some(&*self.words)
    }

    /// Whether the text is ASCII, so that it can be taken as Latin-1; known when there are words.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.excess == 0
    }

    pub(super) fn begin(&mut self) {
        self.words.clear();
        self.excess = 0;
        self.void = false;
        self.filled = false;
    }

    pub(super) fn writer<'c>(&'c mut self, program: &'c Program) -> Writer<'c> {
        Writer { columns: self, program }
    }

    /// Ends a value that is right, or not.
    pub(super) fn finish(&mut self, whole: bool) {
        self.filled = whole && !self.void;
    }
}

/// Whether a value's words begin with its tag.
pub(super) fn is_tagged(types: Types) -> bool {
    // Integers are numbers.
    let groups =
        [Types::of(Kind::Null), Types::of(Kind::True), Types::INTEGER, Types::STRING, Types::ARRAY, Types::OBJECT];
    groups.iter().filter(|group| types.has(**group)).count() != 1
}

/// Whether objects with such members can be made from a copy of one with the same: the order of keys that are indexes is their
/// own, and keys that are not ASCII would move all that is behind them.
pub(super) fn takes(names: &NameTable) -> bool {
    let is_index = |name: &[u8]| name.iter().all(u8::is_ascii_digit) && !name.is_empty();
    names.len() <= MAX_MEMBERS && names.iter().all(|name| name.text.is_ascii() && !is_index(&name.text))
}

/// Writes what is found on the straight way.
pub(super) struct Writer<'c> {
    columns: &'c mut Columns,
    program: &'c Program,
}

impl Writer<'_> {
    #[inline]
    fn push(&mut self, word: u32) {
        self.columns.words.push(word);
    }

    #[inline]
    fn tag(&mut self, id: NodeId, tag: u32) {
        if self.program.ways.get(id as usize).is_none_or(|way| way.tagged) {
            self.push(tag);
        }
    }

    /// Writes a number as a double.
    fn double(&mut self, raw: &[u8], value: Option<Decimal>) {
        let value = value.map(Decimal::to_f64).or_else(|| str::from_utf8(raw).ok()?.parse().ok());
        let Some(value) = value else {
            self.columns.void = true;
            return;
        };
        let bits = value.to_bits();
        // Both halves are kept.
        let (low, high) = ((bits & 0xffff_ffff) as u32, (bits >> 32) as u32);
        self.columns.words.extend_from_slice(&[DOUBLE.cast_unsigned(), low, high]);
    }
}

impl Sink for Writer<'_> {
    fn open(&mut self, id: NodeId, kind: Kind) -> usize {
        self.tag(id, if kind == Kind::Array { 5 } else { 6 });
        if let Some(way) = self.program.ways.get(id as usize) {
            self.columns.void |= kind == Kind::Object && !way.columns;
        }
        self.push(0);
        self.columns.words.len() - 1
    }

    #[inline]
    fn close(&mut self, place: usize, content: u64) {
        if let (Some(word), Ok(content)) = (self.columns.words.get_mut(place), u32::try_from(content)) {
            *word = content;
        }
    }

    fn disorder(&mut self) {
        self.columns.void = true;
    }

    #[expect(clippy::inline_always, reason = "a call for each scalar would cost as much as the scalar")]
    #[inline(always)]
    fn number(&mut self, id: NodeId, raw: &[u8], value: Option<Decimal>) {
        self.tag(id, 3);
        if let Some(integer) = value.and_then(Decimal::to_i32).filter(|integer| *integer != DOUBLE) {
            return self.push(integer.cast_unsigned());
        }
        self.double(raw, value);
    }
    #[inline]
    fn string(&mut self, id: NodeId, raw: &[u8], string: Scalar, high: bool) {
        self.tag(id, 4);
        let bytes = string.end - string.start;
        let mut length = bytes;
        if high {
            length = units(raw);
        }
        let start = string.start - self.columns.excess;
        self.columns.excess += bytes - length;
        self.columns.words.extend_from_slice(&[start, length | if string.escaped { ESCAPED } else { 0 }]);
    }

    #[inline]
    fn choice(&mut self, id: NodeId, place: usize) {
        self.tag(id, 7);
        self.push(u32::try_from(place).unwrap_or(u32::MAX));
    }

    #[inline]
    fn literal(&mut self, id: NodeId, kind: Kind) {
        let tagged = self.program.ways.get(id as usize).is_none_or(|way| way.tagged);
        match kind {
            Kind::Null if tagged => self.push(0),
            Kind::Null => {}
            _ => self.push(u32::from(kind == Kind::True) + u32::from(tagged)),
        }
    }
}

/// UTF-16 units of a text that is UTF-8.
fn units(text: &[u8]) -> u32 {
    // Every byte that does not continue a character begins one; those of four bytes have two units.
    text.iter().map(|byte| u32::from(byte & 0xc0 != 0x80) + u32::from(*byte >= 0xf0)).sum()
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\0'..='\x1f' => out.extend(format!("\\u{:04x}", u32::from(char)).chars()),
            _ => out.push(char),
        }
    }
    out.push('"');
}

fn push_list<T>(out: &mut String, key: &str, items: impl Iterator<Item = T>, push: impl Fn(&mut String, T)) {
    out.push_str(key);
    out.push('[');
    for (place, item) in items.enumerate() {
        if place > 0 {
            out.push(',');
        }
        push(out, item);
    }
    out.push(']');
}

fn push_node(out: &mut String, node: &Node, way: &Way) {
    let number = |node: Option<NodeId>| node.map_or(-1, i64::from);
    let push_number = |out: &mut String, node: Option<NodeId>| out.push_str(&number(node).to_string());
    out.push_str(if way.tagged { "{\"tagged\":true,\"types\":" } else { "{\"tagged\":false,\"types\":" });
    push_list(out, "", way.types.names(), push_text);
    if way.strings == StringWay::Choice {
        let strings = node.choices.iter().flat_map(|choices| &choices.strings);
        push_list(out, ",\"choices\":", strings, |out, text| push_text(out, &String::from_utf8_lossy(text)));
    }
    if let (Some(object), true, Some(rules)) = (&way.object, way.columns, &node.object) {
        push_list(out, ",\"names\":", rules.names.iter(), |out, name| {
            push_text(out, &String::from_utf8_lossy(&name.text));
        });
        push_list(out, ",\"members\":", object.members.iter(), |out, member| push_number(out, member.node));
    }
    if let Some(array) = &way.array {
        push_list(out, ",\"prefix\":", array.prefix.iter(), |out, node| push_number(out, Some(*node)));
        out.push_str(",\"rest\":");
        push_number(out, array.rest);
    }
    out.push('}');
}

/// A JSON text that says what the words mean: the number of the root and the nodes.
pub(super) fn plan(program: &Program) -> Option<String> {
    let root = program.ways.get(program.root as usize)?;
    let is_object = root.types.has(Types::OBJECT) && root.columns;
    let is_array = root.types.has(Types::ARRAY) && root.array.as_ref().is_some_and(|array| array.rest.is_some());
    if !is_object && !is_array {
        return None;
    }
    let mut out = format!("{{\"root\":{},\"nodes\":[", program.root);
    for (place, (node, way)) in program.nodes.iter().zip(&program.ways).enumerate() {
        if place > 0 {
            out.push(',');
        }
        push_node(&mut out, node, way);
    }
    out.push_str("]}");
    Some(out)
}
