//! From columns to text.
//!
//! Words, in the order of the value: of an array the number of its items; of an object the number of its layout and masks
//! of the members it lacks, 32 to a word, the first in the lowest bit; of a string its length in UTF-16 units; of `true` 1, of `false` 0. In the place
//! of each of these may stand [`NULL`], or [`RAW`] and the length of JSON text that the host has made. Numbers have a column
//! of their own.

use super::number::{self, NUMBER_BYTES};
use super::output::Output;
use super::program::{Layout, Lead, Program, Shape};
use super::string::{self, CHUNK};

/// Stands for `null`.
pub const NULL: u32 = 0xffff_fffe;
/// Stands for JSON text that the host has made.
pub const RAW: u32 = 0xffff_ffff;

/// Bytes behind a text of ASCII, whatever they are.
pub const PADDING: usize = CHUNK;

/// Arrays and objects in each other; chosen, far above what a host follows.
const MAX_DEPTH: u32 = 256;

/// All strings of a value, one behind the other.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    /// They are ASCII; [`PADDING`] more bytes lie behind them.
    Ascii(&'a [u8]),
    /// They are not.
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

/// Columns that do not belong to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnsError;

impl Program {
    /// Appends the value that the columns hold.
    ///
    /// # Errors
    /// [`ColumnsError`] when they are not those of a value of this program; what was written is then to be thrown away.
    pub fn write(&self, columns: Columns<'_>, out: &mut Output) -> Result<(), ColumnsError> {
        let Columns { words, numbers, text } = columns;
        match text {
            Text::Ascii(text) => {
                Writer { program: self, words: words.iter(), numbers: numbers.iter(), text, out }.place(0, 0)
            }
            Text::Units(text) => {
                Writer { program: self, words: words.iter(), numbers: numbers.iter(), text, out }.place(0, 0)
            }
        }
    }
}

/// Strings in one of their two forms.
trait Strings: Copy {
    /// Takes a string off and writes it, and makes room for so much more behind it.
    fn write(&mut self, length: usize, more: usize, out: &mut Output) -> Option<()>;
    /// Takes JSON text off and writes it as it is.
    fn write_raw(&mut self, length: usize, out: &mut Output) -> Option<()>;
}

impl Strings for &[u8] {
    #[inline]
    fn write(&mut self, length: usize, more: usize, out: &mut Output) -> Option<()> {
        let rest = self.get(length..).filter(|rest| rest.len() >= CHUNK)?;
        out.reserve(length + 2 + more);
        string::write_ascii(self, length, more, out);
        *self = rest;
        Some(())
    }

    fn write_raw(&mut self, length: usize, out: &mut Output) -> Option<()> {
        let (piece, rest) = self.split_at_checked(length).filter(|(_, rest)| rest.len() >= CHUNK)?;
        out.push(piece);
        *self = rest;
        Some(())
    }
}

impl Strings for &[u16] {
    fn write(&mut self, length: usize, more: usize, out: &mut Output) -> Option<()> {
        let (piece, rest) = self.split_at_checked(length)?;
        string::write_units(piece, out);
        out.reserve(more);
        *self = rest;
        Some(())
    }

    fn write_raw(&mut self, length: usize, out: &mut Output) -> Option<()> {
        let (piece, rest) = self.split_at_checked(length)?;
        string::write_raw_units(piece, out);
        *self = rest;
        Some(())
    }
}

struct Writer<'p, 'c, 'o, S> {
    program: &'p Program,
    words: std::slice::Iter<'c, u32>,
    numbers: std::slice::Iter<'c, f64>,
    text: S,
    out: &'o mut Output,
}

impl<S: Strings> Writer<'_, '_, '_, S> {
    #[inline]
    fn word(&mut self) -> Result<u32, ColumnsError> {
        self.words.next().copied().ok_or(ColumnsError)
    }

    /// A number, for which there is room.
    #[inline]
    fn number(&mut self) -> Result<(), ColumnsError> {
        number::write(*self.numbers.next().ok_or(ColumnsError)?, self.out);
        Ok(())
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
        self.text.write_raw(length as usize, self.out).ok_or(ColumnsError)
    }

    fn place(&mut self, number: u32, depth: u32) -> Result<(), ColumnsError> {
        let program = self.program;
        let place = program.places.get(number as usize).ok_or(ColumnsError)?;
        match place.shape {
            Shape::String => match self.word()? {
                marker @ NULL.. => self.marked(marker)?,
                length => self.text.write(length as usize, 0, self.out).ok_or(ColumnsError)?,
            },
            Shape::Number => {
                self.out.reserve(NUMBER_BYTES);
                self.number()?;
            }
            Shape::Boolean => match self.word()? {
                0 => self.out.push(b"false"),
                1 => self.out.push(b"true"),
                marker @ NULL.. => self.marked(marker)?,
                _ => return Err(ColumnsError),
            },
            Shape::Raw => self.raw()?,
            _ if depth >= MAX_DEPTH => return Err(ColumnsError),
            Shape::Array(items) => match self.word()? {
                marker @ NULL.. => self.marked(marker)?,
                length => self.array(items, length, depth + 1)?,
            },
            Shape::Object => match self.word()? {
                marker @ NULL.. => self.marked(marker)?,
                layout => self.object(place.layouts.get(layout as usize).ok_or(ColumnsError)?, depth + 1)?,
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
        self.out.push_byte(b'{');
        let mut is_first = true;
        let masks = self.words.as_slice().get(..layout.members.len().div_ceil(32)).ok_or(ColumnsError)?;
        self.words = self.words.as_slice().get(masks.len()..).unwrap_or_default().iter();
        for (members, mask) in layout.members.chunks(32).zip(masks) {
            let mut lacks = *mask;
            for member in members {
                let is_lacking = lacks & 1 == 1;
                lacks >>= 1;
                if is_lacking {
                    continue;
                }
                self.lead(&member.lead, is_first);
                is_first = false;
                match member.shape {
                    Shape::String => {
                        let length = self.word()?;
                        if length < NULL {
                            self.text.write(length as usize, layout.room + 2, self.out).ok_or(ColumnsError)?;
                        } else {
                            self.marked(length)?;
                            self.out.reserve(layout.room + 2);
                        }
                    }
                    Shape::Number => self.number()?,
                    _ => {
                        self.place(member.place, depth)?;
                        self.out.reserve(layout.room + 2);
                    }
                }
            }
        }
        self.out.push_byte(b'}');
        Ok(())
    }

    #[inline]
    fn lead(&mut self, lead: &Lead, is_first: bool) {
        if !lead.long.is_empty() {
            self.out.push(lead.long.get(usize::from(is_first)..).unwrap_or_default());
        } else if is_first {
            // Without the comma.
            self.out.push(lead.block.get(1..lead.length).unwrap_or_default());
        } else {
            self.out.push_block(&lead.block, lead.length);
        }
    }
}
