//! From columns to text.
//!
//! Words, in the order of the value: of an array the number of its items; of an object the number of its layout and masks
//! of the members it lacks, 32 to a word, the first in the lowest bit; of a string its length in UTF-16 units; of `true` 1, of `false` 0. In the place
//! of each of these may stand [`NULL`], or [`RAW`] and the length of JSON text that the host has made. Numbers have a column
//! of their own.

use super::number::{self, NUMBER_BYTES};
use super::output::{self, Output, WINDOW, put_block, put_byte, put_piece};
use super::program::{Layout, Member, Program, Shape};
use super::string::{self, CHUNK};

/// Stands for `null`.
pub const NULL: u32 = 0xffff_fffe;
/// Stands for JSON text that the host has made.
pub const RAW: u32 = 0xffff_ffff;

/// Bytes behind a text in UTF-8, whatever they are.
pub const PADDING: usize = 2 * CHUNK;

/// Booleans, and how long they are.
const LITERALS: [([u8; 8], usize); 2] = [(*b"false   ", 5), (*b"true    ", 4)];

/// Arrays and objects in each other; chosen, far above what a host follows.
const MAX_DEPTH: u32 = 256;

/// All strings of a value, one behind the other.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    /// In UTF-8, with U+FFFD for each half of a surrogate pair; [`PADDING`] more bytes lie behind them.
    Utf8(&'a [u8]),
    /// In UTF-16, where no half is lost.
    Units(&'a [u16]),
}

/// What a value holds.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// Lengths, layouts and booleans.
    pub words: &'a [u32],
    /// Numbers.
    pub numbers: &'a [f64],
    /// Strings.
    pub text: Text<'a>,
}

/// Columns that give no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnsError {
    /// They do not belong to the program.
    Foreign,
    /// The text in UTF-8 may have had halves of surrogate pairs, or two strings share a pair: its units tell.
    Halves,
}

impl Program {
    /// Appends the value that the columns hold.
    ///
    /// # Errors
    /// [`ColumnsError`]; what was written is then to be thrown away.
    pub fn write(&self, columns: Columns<'_>, out: &mut Output<'_>) -> Result<(), ColumnsError> {
        let Columns { words, numbers, text } = columns;
        let (words, numbers) = (words.iter(), numbers.iter());
        match text {
            Text::Utf8(text) => Writer { program: self, left: Left { words, numbers, text }, out }.value(),
            Text::Units(text) => Writer { program: self, left: Left { words, numbers, text }, out }.value(),
        }
    }
}

/// Strings in one of their two forms. Lengths are those in UTF-16 units.
trait Strings: Copy {
    /// Takes a short string off and puts it, without its first quote, to `at`, where there is room for [`CHUNK`] bytes and one
    /// more; returns its end. `None` where it is not short, for [`Strings::write`].
    fn put_short(&mut self, length: usize, room: &mut [u8; WINDOW], at: usize) -> Option<usize>;
    /// Takes a string off and writes it.
    fn write(&mut self, length: usize, out: &mut Output<'_>) -> Result<(), ColumnsError>;
    /// Takes JSON text off and writes it as it is.
    fn write_raw(&mut self, length: usize, out: &mut Output<'_>) -> Result<(), ColumnsError>;
    /// Whether nothing of what lies behind the text was taken off.
    fn has_padding(&self) -> bool;
}

impl Strings for &[u8] {
    #[inline]
    fn put_short(&mut self, length: usize, room: &mut [u8; WINDOW], at: usize) -> Option<usize> {
        let end = string::put_short(self.first_chunk()?, length, room, at)?;
        *self = self.get(length..)?;
        Some(end)
    }

    fn write(&mut self, length: usize, out: &mut Output<'_>) -> Result<(), ColumnsError> {
        let bytes = string::write_utf8(self, length, out)?;
        *self = self.get(bytes..).ok_or(ColumnsError::Foreign)?;
        Ok(())
    }

    fn write_raw(&mut self, length: usize, out: &mut Output<'_>) -> Result<(), ColumnsError> {
        let bytes = string::raw_length(self, length)?;
        let (piece, rest) = self.split_at_checked(bytes).ok_or(ColumnsError::Foreign)?;
        out.push(piece);
        *self = rest;
        Ok(())
    }

    fn has_padding(&self) -> bool {
        self.len() >= PADDING
    }
}

impl Strings for &[u16] {
    #[inline]
    fn put_short(&mut self, _: usize, _: &mut [u8; WINDOW], _: usize) -> Option<usize> {
        None
    }

    fn write(&mut self, length: usize, out: &mut Output<'_>) -> Result<(), ColumnsError> {
        let (piece, rest) = self.split_at_checked(length).ok_or(ColumnsError::Foreign)?;
        string::write_units(piece, out);
        *self = rest;
        Ok(())
    }

    fn write_raw(&mut self, length: usize, out: &mut Output<'_>) -> Result<(), ColumnsError> {
        let (piece, rest) = self.split_at_checked(length).ok_or(ColumnsError::Foreign)?;
        string::write_raw_units(piece, out);
        *self = rest;
        Ok(())
    }

    fn has_padding(&self) -> bool {
        true
    }
}

/// What is left of the columns.
#[derive(Clone)]
struct Left<'c, S> {
    words: std::slice::Iter<'c, u32>,
    numbers: std::slice::Iter<'c, f64>,
    text: S,
}

struct Writer<'p, 'c, 'o, 'm, S> {
    program: &'p Program,
    left: Left<'c, S>,
    out: &'o mut Output<'m>,
}

impl<S: Strings> Writer<'_, '_, '_, '_, S> {
    fn value(mut self) -> Result<(), ColumnsError> {
        self.place(0, 0)?;
        if self.left.text.has_padding() { Ok(()) } else { Err(ColumnsError::Foreign) }
    }

    #[inline]
    fn word(&mut self) -> Result<u32, ColumnsError> {
        self.left.words.next().copied().ok_or(ColumnsError::Foreign)
    }

    /// What stands in the place of a length.
    #[cold]
    fn marked(&mut self, marker: u32) -> Result<(), ColumnsError> {
        if marker == RAW {
            return self.raw();
        }
        self.out.push(b"null");
        Ok(())
    }

    fn raw(&mut self) -> Result<(), ColumnsError> {
        let length = self.word()?;
        self.left.text.write_raw(length as usize, self.out)
    }

    fn place(&mut self, number: u32, depth: u32) -> Result<(), ColumnsError> {
        let program = self.program;
        let place = program.places.get(number as usize).ok_or(ColumnsError::Foreign)?;
        match place.shape {
            Shape::String => match self.word()? {
                marker @ NULL.. => self.marked(marker)?,
                length => self.left.text.write(length as usize, self.out)?,
            },
            Shape::Number => {
                self.out.reserve(NUMBER_BYTES);
                let number = self.left.numbers.next().ok_or(ColumnsError::Foreign)?;
                let (room, at) = self.out.room();
                let end = number::put(*number, room, at);
                self.out.end_at(end);
            }
            Shape::Boolean => match self.word()? {
                0 => self.out.push(b"false"),
                1 => self.out.push(b"true"),
                marker @ NULL.. => self.marked(marker)?,
                _ => return Err(ColumnsError::Foreign),
            },
            Shape::Raw => self.raw()?,
            _ if depth >= MAX_DEPTH => return Err(ColumnsError::Foreign),
            Shape::Array(items) => match self.word()? {
                marker @ NULL.. => self.marked(marker)?,
                length => self.array(items, length, depth + 1)?,
            },
            Shape::Object => match self.word()? {
                marker @ NULL.. => self.marked(marker)?,
                layout => self.object(place.layouts.get(layout as usize).ok_or(ColumnsError::Foreign)?, depth + 1)?,
            },
        }
        Ok(())
    }

    fn array(&mut self, items: u32, length: u32, depth: u32) -> Result<(), ColumnsError> {
        self.out.push(b"[");
        for index in 0..length {
            if index > 0 {
                self.out.push(b",");
            }
            self.place(items, depth)?;
        }
        self.out.push(b"]");
        Ok(())
    }

    fn object(&mut self, layout: &Layout, depth: u32) -> Result<(), ColumnsError> {
        // There is room for the rest of the layout behind each member: those that are short do not ask.
        self.out.reserve(layout.room + 2);
        let begin = self.out.room().1;
        let masks = self.left.words.as_slice().get(..layout.members.len().div_ceil(32)).ok_or(ColumnsError::Foreign)?;
        self.left.words = self.left.words.as_slice().get(masks.len()..).unwrap_or_default().iter();
        for (members, mask) in layout.members.chunks(32).zip(masks) {
            self.members(members, *mask, layout.room + 2, depth)?;
        }
        let (room, end) = self.out.room();
        // Each member has a comma in front, which the first one does not need.
        let end = if end == begin { put_byte(room, end, b'{') } else { end };
        put_byte(room, begin, b'{');
        let end = put_byte(room, end, b'}');
        self.out.end_at(end);
        Ok(())
    }

    /// Writes members but those that are lacking. There is `more` room, and so is behind them.
    fn members(&mut self, members: &[Member], mask: u32, more: usize, depth: u32) -> Result<(), ColumnsError> {
        let mut lacks = mask;
        // What changes with each value is held in registers, and stored for those that take the long way.
        let Left { mut words, mut numbers, mut text } = self.left.clone();
        let (mut room, mut at) = self.out.room();
        for member in members {
            let is_lacking = lacks & 1 == 1;
            lacks >>= 1;
            if is_lacking {
                continue;
            }
            if !member.long_lead.is_empty() {
                at = put_piece(room, at, &member.long_lead);
            }
            let window = output::window(room, at).ok_or(ColumnsError::Foreign)?;
            let lead = put_block(window, 0, &member.lead, usize::from(member.lead_length));
            let before = words.clone();
            let end = match member.shape {
                Shape::String => {
                    let length = words.next().ok_or(ColumnsError::Foreign)?;
                    text.put_short(*length as usize, window, lead)
                }
                Shape::Number => {
                    let number = numbers.next().ok_or(ColumnsError::Foreign)?;
                    Some(number::put(*number, window, lead))
                }
                Shape::Boolean => {
                    let literal = words.next().and_then(|word| LITERALS.get(*word as usize));
                    literal.map(|(block, length)| put_block(window, lead, block, *length))
                }
                _ => None,
            };
            if let Some(end) = end {
                at += end;
                continue;
            }
            // The first quote of a string is written with the rest of it.
            self.out.end_at(at + lead - usize::from(member.shape == Shape::String));
            self.left = Left { words: before, numbers, text };
            self.place(member.place, depth)?;
            self.out.reserve(more);
            Left { words, numbers, text } = self.left.clone();
            (room, at) = self.out.room();
        }
        self.left = Left { words, numbers, text };
        self.out.end_at(at);
        Ok(())
    }
}
