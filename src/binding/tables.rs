//! The memory that a server shares with its JavaScript half, and the way of answers from there into the engine.

#![allow(unsafe_code, reason = "memory that V8 owns and Rust borrows for the length of a call")]

use std::cell::RefCell;

use nexure_core::engine::layout::{ANSWER_ROWS, answer, answer_flag, control};
use nexure_core::engine::{Answer, Batch, Body, ConnectionId, Engine, Fill};

use super::bodies::Bodies;
use super::node_api::{Env, Failed, Value, View};
use super::text::split_units;

/// The shared memory: views of four typed arrays that no user code ever sees, so that nothing can detach them.
#[derive(Clone, Copy, Debug)]
pub struct Tables {
    requests: View,
    answers: View,
    answer_bytes: View,
    control: View,
}

/// What crosses beside the tables when answers are taken.
#[derive(Clone, Copy)]
pub struct Crossing {
    /// The environment of the values.
    pub env: Env,
    /// Field lines and text bodies of all rows, in their order.
    pub text: Value,
    /// The list of bodies by reference.
    pub references: Value,
}

impl Tables {
    /// The tables behind four typed arrays, refused if one is smaller than the layout says.
    pub fn of(env: Env, requests: Value, answers: Value, answer_bytes: Value, control: Value) -> Result<Self, Failed> {
        let tables = Self {
            requests: env.view(requests)?,
            answers: env.view(answers)?,
            answer_bytes: env.view(answer_bytes)?,
            control: env.view(control)?,
        };
        let enough = tables.answers.bytes >= ANSWER_ROWS * answer::COLUMNS * 4
            && tables.control.bytes >= control::CELLS * 4
            && tables.requests.bytes > 0;
        if enough { Ok(tables) } else { Err(Failed) }
    }

    /// Lets `act` write requests.
    pub fn with_batch<R>(&self, fill: &mut Fill, act: impl FnOnce(&mut Batch<'_>) -> R) -> R {
        // SAFETY: `act` is Rust alone; JavaScript does not run meanwhile, and nobody else makes a slice of this table.
        let arena = unsafe { self.requests.words() };
        act(&mut Batch::new(arena, fill))
    }

    /// A word of the request arena.
    pub fn request_word(&self, at: usize) -> Option<u32> {
        // SAFETY: the slice ends with this expression.
        unsafe { self.requests.words() }.get(at).copied()
    }

    /// A cell of the control block.
    pub fn control(&self, cell: usize) -> u32 {
        // SAFETY: the slice ends with this expression.
        unsafe { self.control.words() }.get(cell).copied().unwrap_or(0)
    }

    fn set_control(&self, cell: usize, value: u32) {
        // SAFETY: the slice ends with this statement.
        if let Some(word) = unsafe { self.control.words() }.get_mut(cell) {
            *word = value;
        }
    }

    /// Notes the record JavaScript begins with, so that an exception before its first line is that record's.
    pub fn begin_batch(&self, at: usize) {
        self.set_control(control::CURSOR, u32::try_from(at).unwrap_or(u32::MAX));
        self.set_control(control::RUNNING, 1);
    }

    /// Whether JavaScript has filled answer rows.
    pub fn has_answers(&self) -> bool {
        self.control(control::ANSWERS) > 0
    }

    /// Answer rows that JavaScript has filled.
    pub fn answer_count(&self) -> usize {
        (self.control(control::ANSWERS) as usize).min(ANSWER_ROWS)
    }

    /// Answers the requests of the first rows with an error, where taking their answers has failed; those that were
    /// answered before that stay so.
    pub fn fail_answers(&self, count: usize, engine: &RefCell<Engine>) {
        self.set_control(control::ANSWERS, 0);
        self.set_control(control::ANSWER_BYTES, 0);
        // SAFETY: Rust alone runs until this function returns, and this is its only slice of the table.
        let rows = unsafe { self.answers.words() };
        for row in rows.chunks_exact(answer::COLUMNS).take(count) {
            let &[slot, generation, sequence, ..] = row else { continue };
            engine.borrow_mut().answer_internal_error(ConnectionId { slot, generation }, sequence);
        }
    }

    /// Takes all answer rows into the engine. `scratch` is kept by the caller for its capacity. `answered` gets each
    /// connection behind its last row in a run: what was written for it is still in the processor's cache.
    pub fn take_answers(
        &self,
        crossing: Crossing,
        scratch: &mut Vec<u8>,
        engine: &RefCell<Engine>,
        bodies: &RefCell<Bodies>,
        mut answered: impl FnMut(ConnectionId),
    ) {
        let Crossing { env, text, references } = crossing;
        let count = self.answer_count();
        self.set_control(control::ANSWERS, 0);
        self.set_control(control::ANSWER_BYTES, 0);
        // SAFETY: Rust alone runs until this function returns, and these are its only slices of the two tables.
        let rows = unsafe { self.answers.words() };
        // SAFETY: as above.
        let arena = unsafe { self.answer_bytes.bytes() };
        let rows = || rows.chunks_exact(answer::COLUMNS).take(count);

        let units: usize = rows().map(text_units).sum();
        let mut rest: &[u8] = &[];
        let mut ascii = true;
        if units > 0 {
            let room = units.saturating_mul(3).saturating_add(1);
            if scratch.len() < room {
                scratch.resize(room, 0);
            }
            let written = env.write_utf8(text, scratch).unwrap_or(0);
            rest = scratch.get(..written).unwrap_or_default();
            ascii = written == units;
        }
        let (mut fields_buffer, mut body_buffer) = (Vec::new(), Vec::new());
        let mut last: Option<ConnectionId> = None;
        let mut used_references = false;
        for row in rows() {
            let &[slot, generation, sequence, head, fields_length, body_length, body_at, _] = row else { continue };
            let flags = head >> 24;
            let id = ConnectionId { slot, generation };
            if let Some(last) = last.replace(id).filter(|&last| last != id) {
                answered(last);
            }
            let fields = take_text(&mut rest, fields_length, ascii, &mut fields_buffer);
            let narrowed;
            let fields = if ascii || fields.is_ascii() {
                fields
            } else {
                // NUL is refused by the engine, which answers 500 in its place.
                narrowed = latin1(fields).unwrap_or_else(|| vec![0]);
                &narrowed
            };
            let body = if flags & answer_flag::BODY_TEXT != 0 {
                Body::Bytes(take_text(&mut rest, body_length, ascii, &mut body_buffer))
            } else if flags & answer_flag::BODY_ARENA != 0 {
                let at = body_at as usize;
                Body::Bytes(arena.get(at..at.saturating_add(body_length as usize)).unwrap_or_default())
            } else if flags & answer_flag::BODY_REFERENCE != 0 {
                used_references = true;
                let kept = env.element(references, body_at).and_then(|array| bodies.borrow_mut().keep(env, array));
                match kept {
                    Ok((number, length)) if length == body_length as usize => Body::Reference { id: number, length },
                    kept => {
                        // Detached or resized since the handler returned it.
                        if let Ok((number, _)) = kept {
                            bodies.borrow_mut().release(env, number);
                        }
                        engine.borrow_mut().answer_internal_error(id, sequence);
                        continue;
                    }
                }
            } else if flags & answer_flag::BODY_STREAM != 0 {
                Body::Stream
            } else {
                Body::Bytes(&[])
            };
            let answer = Answer {
                status: u16::try_from(head & 0xffff).unwrap_or(500),
                header_set: (head >> 16) & 0xff,
                fields,
                body,
                close: flags & answer_flag::CLOSE != 0,
            };
            engine.borrow_mut().answer(id, sequence, &answer);
        }
        if let Some(last) = last {
            answered(last);
        }
        if used_references {
            // What was taken is kept natively now; the list must not keep it alive longer.
            env.clear_array(references);
        }
        // A text that was large once does not keep its room.
        if scratch.len() > 4 * 1024 * 1024 {
            *scratch = Vec::new();
        }
    }
}

fn text_units(row: &[u32]) -> usize {
    let &[_, _, _, head, fields, body, ..] = row else { return 0 };
    let body = if (head >> 24) & answer_flag::BODY_TEXT != 0 { body as usize } else { 0 };
    (fields as usize).saturating_add(body)
}

/// Takes the next `units` UTF-16 units of the text; in `repaired` where the cut went through a character.
fn take_text<'r, 'a: 'r>(rest: &mut &'a [u8], units: u32, ascii: bool, repaired: &'r mut Vec<u8>) -> &'r [u8] {
    let units = units as usize;
    if ascii {
        let (part, tail) = rest.split_at_checked(units).unwrap_or((rest, &[]));
        *rest = tail;
        return part;
    }
    split_units(rest, units, repaired)
}

/// Field values are octets: UTF-8 text back to one byte per character; `None` for a character above U+00FF.
fn latin1(text: &[u8]) -> Option<Vec<u8>> {
    std::str::from_utf8(text).ok()?.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}
