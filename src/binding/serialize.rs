//! Values by the shapes of schemas: columns and one string come in, JSON text goes out to memory of JavaScript.

use std::cell::RefCell;

use napi::bindgen_prelude::Unknown;
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use nexure_core::serialize::{Columns, ColumnsError, Output, PADDING, Program, Shape, Text, Written};

use super::{node_api, values};

/// Memory above this is given back with the next text; chosen.
const KEPT_BYTES: usize = 1024 * 1024;

/// What values are written with, kept for its memory. One for all programs of a thread.
#[derive(Default)]
struct Scratch {
    text: Vec<u8>,
    units: Vec<u16>,
    /// What was written last, where it had no room: its first bytes.
    kept: Vec<u8>,
    kept_length: usize,
}

impl Scratch {
    /// Gives back memory that a long text needed.
    fn give_back(&mut self) {
        if self.text.len() > KEPT_BYTES {
            self.text = Vec::new();
        }
        if self.units.len() > KEPT_BYTES / 2 {
            self.units = Vec::new();
        }
        if self.kept.len() > KEPT_BYTES {
            self.kept = Vec::new();
        }
    }
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// The places of a schema, and the members of the objects that have been seen there.
#[napi]
#[derive(Default)]
pub struct SerializeProgram {
    program: Program,
}

fn misused(what: &str) -> Error {
    Error::new(Status::InvalidArg, format!("not {what}"))
}

#[napi]
impl SerializeProgram {
    /// A program without places.
    #[napi(constructor, catch_unwind)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a place; returns its number. Shapes: 0 JSON text, 1 string, 2 number, 3 boolean, 4 array of what stands at the
    /// place `items`, 5 object.
    #[napi(catch_unwind)]
    pub fn add_place(&mut self, shape: u32, items: u32) -> Result<u32> {
        let shape = match shape {
            0 => Shape::Raw,
            1 => Shape::String,
            2 => Shape::Number,
            3 => Shape::Boolean,
            4 => Shape::Array(items),
            5 => Shape::Object,
            _ => return Err(misused("a shape")),
        };
        self.program.add_place(shape).map_err(|_| misused("a place"))
    }

    /// Adds a layout to a place of objects: names in quotes, and the places of their values. Returns its number.
    #[napi(catch_unwind)]
    #[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
    pub fn add_layout(&mut self, place: u32, names: Vec<String>, places: Vec<u32>) -> Result<u32> {
        let members: Vec<(&str, u32)> = names.iter().map(String::as_str).zip(places).collect();
        self.program.add_layout(place, &members).map_err(|_| misused("a layout"))
    }

    /// Writes a value: the first `word_count` of `words`, the first `number_count` of `numbers`, and the `units` of `text`.
    /// Returns the bytes of the JSON text, which is put into `into` at `at` where there is room for it; `take` gives it
    /// otherwise. What lies behind it in `into` may be written over.
    #[napi(catch_unwind)]
    #[allow(clippy::too_many_arguments, reason = "an object would cost more than the call")]
    pub fn write(
        &self,
        env: Env,
        words: Unknown<'_>,
        word_count: u32,
        numbers: Unknown<'_>,
        number_count: u32,
        text: Unknown<'_>,
        units: u32,
        into: Unknown<'_>,
        at: u32,
    ) -> Result<u32> {
        let env = node_api::Env(env.raw());
        let view = |value: &Unknown<'_>| env.view(values::raw(value)).map_err(|_| misused("a typed array"));
        let (words, numbers, mut into) = (view(&words)?, view(&numbers)?, view(&into)?);
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.give_back();
            let Scratch { text: bytes, units: wide, kept, kept_length } = scratch;
            let mut write = |text: Text<'_>| {
                let memory = values::columns_and_room(&words, word_count, &numbers, number_count, &mut into, at);
                let (words, numbers, given) = memory.ok_or_else(|| misused("columns"))?;
                let mut out = Output::new(given, kept);
                let result = self.program.write(Columns { words, numbers, text }, &mut out);
                Ok::<_, Error>(result.map(|()| out.written()))
            };
            let length = units as usize;
            let room = length.saturating_mul(3).saturating_add(1 + PADDING);
            if bytes.len() < room {
                bytes.resize(room, 0);
            }
            let read = env.write_utf8(values::raw(&text), bytes).map_err(|_| misused("a string"))?;
            let mut result = write(Text::Utf8(bytes.get(..read + PADDING).unwrap_or_default()))?;
            if result == Err(ColumnsError::Halves) {
                wide.resize(length + 1, 0);
                let read = env.write_utf16(values::raw(&text), wide).map_err(|_| misused("a string"))?;
                result = write(Text::Units(wide.get(..read).unwrap_or_default()))?;
            }
            let length = match result.map_err(|_| misused("columns of this program"))? {
                Written::Given(length) => length,
                Written::Kept(length) => {
                    *kept_length = length;
                    values::put(kept.get(..length).unwrap_or_default(), &into, at);
                    length
                }
            };
            u32::try_from(length).map_err(|_| misused("a value of less than 4 GiB"))
        })
    }

    /// Puts the text that was written last, and had no room, to the beginning of `into`; `false` when there is no room.
    #[napi(catch_unwind)]
    #[allow(clippy::unused_self, reason = "the text is that of the program that wrote last, which is the one asked")]
    pub fn take(&self, env: Env, into: Unknown<'_>) -> Result<bool> {
        let into = node_api::Env(env.raw()).view(values::raw(&into)).map_err(|_| misused("a typed array"))?;
        Ok(SCRATCH.with_borrow(|scratch| {
            let text = scratch.kept.get(..scratch.kept_length).unwrap_or_default();
            values::put(text, &into, 0)
        }))
    }
}
