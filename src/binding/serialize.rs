//! Values by the shapes of schemas: columns and one string come in, JSON text goes out to memory of JavaScript.

use std::cell::RefCell;

use napi::bindgen_prelude::Unknown;
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use nexure_core::serialize::{Columns, Output, PADDING, Program, Shape, Text};

use super::{node_api, values};

/// Memory above this is given back when a text is longer; chosen.
const KEPT_BYTES: usize = 1024 * 1024;

/// What values are written with, kept for its memory. One for all programs of a thread.
#[derive(Default)]
struct Scratch {
    text: Vec<u8>,
    units: Vec<u16>,
    out: Output,
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
    /// otherwise.
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
        let (words, numbers, into) = (view(&words)?, view(&numbers)?, view(&into)?);
        SCRATCH.with_borrow_mut(|scratch| {
            let Scratch { text: bytes, units: wide, out } = scratch;
            let length = units as usize;
            let room = length.saturating_mul(3).saturating_add(1 + PADDING);
            if bytes.len() < room {
                bytes.resize(room, 0);
            }
            let written = env.write_utf8(values::raw(&text), bytes).map_err(|_| misused("a string"))?;
            let text = if written == length {
                Text::Ascii(bytes.get(..length + PADDING).unwrap_or_default())
            } else {
                wide.resize(length + 1, 0);
                let read = env.write_utf16(values::raw(&text), wide).map_err(|_| misused("a string"))?;
                Text::Units(wide.get(..read).unwrap_or_default())
            };
            out.begin(KEPT_BYTES);
            let columns = values::columns(&words, word_count, &numbers, number_count);
            let columns = columns.map(|(words, numbers)| Columns { words, numbers, text });
            let columns = columns.ok_or_else(|| misused("columns"))?;
            self.program.write(columns, out).map_err(|_| misused("columns of this program"))?;
            values::put(out.text(), &into, at);
            if bytes.len() > KEPT_BYTES {
                *bytes = Vec::new();
            }
            if wide.len() > KEPT_BYTES / 2 {
                *wide = Vec::new();
            }
            u32::try_from(out.text().len()).map_err(|_| misused("a value of less than 4 GiB"))
        })
    }

    /// Puts the text that was written last to the beginning of `into`; `false` when there is no room.
    #[napi(catch_unwind)]
    pub fn take(&self, env: Env, into: Unknown<'_>) -> Result<bool> {
        let into = node_api::Env(env.raw()).view(values::raw(&into)).map_err(|_| misused("a typed array"))?;
        Ok(SCRATCH.with_borrow(|scratch| values::put(scratch.out.text(), &into, 0)))
    }
}
