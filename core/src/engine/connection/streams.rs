//! Bodies that are read, and answers that are written, while the other side is still at work.

use super::super::answer::Framing;
use super::super::config::TAIL_BYTES;
use super::super::event::EventKind;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::slot::{Failure, Outgoing};
use super::{Connection, Input, Outcome};

/// What there is of a body that is read while it arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyRead {
    /// Bytes; give them back with [`crate::engine::Engine::recycle`].
    Bytes(Vec<u8>),
    /// Nothing yet: [`crate::engine::EventKind::Readable`] tells when there is.
    Wait,
    /// The body is complete and read.
    End,
    /// The body broke a rule or a limit, and the request should be answered with this.
    Failed(Problem),
    /// The client has ended in the middle of the body, or the request is over.
    Gone,
}

/// What became of bytes of an answer that is written step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// They are on their way, and there is room for more.
    Open,
    /// They are on their way; [`crate::engine::EventKind::Writable`] tells when there is room again.
    Full,
    /// The request is over.
    Gone,
    /// They are more than the answer's `Content-Length` allows; nothing was written.
    TooMany,
}

impl Connection {
    /// Has the owner of a request told what happens to it; `false` when it is over.
    pub fn watch(&mut self, sequence: u32, token: u32, shared: &mut Shared) -> bool {
        let ended = self.end_seen;
        let Some(slot) = self.slot_mut(sequence).filter(|slot| !slot.is_answered()) else { return false };
        let is_new = slot.token != token;
        slot.token = token;
        if ended && is_new {
            shared.tell(token, EventKind::ClientEnded);
        }
        true
    }

    /// Takes what there is of a body.
    pub fn take_body(&mut self, sequence: u32, shared: &mut Shared) -> BodyRead {
        let Some(slot) = self.slot_mut(sequence).filter(|slot| !slot.is_answered()) else { return BodyRead::Gone };
        let Some(window) = slot.window() else { return BodyRead::End };
        if !window.bytes.is_empty() {
            let bytes = std::mem::take(&mut window.bytes);
            self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes.len());
            if self.window_full && matches!(&self.input, Input::Body(incoming) if incoming.sequence == sequence) {
                self.unpause(shared);
            }
            self.release_pressure(shared);
            shared.touch(self);
            return BodyRead::Bytes(bytes);
        }
        match window.failed {
            Some(Failure::Refused(problem)) => BodyRead::Failed(problem),
            Some(Failure::Ended) => BodyRead::Gone,
            None if window.complete => BodyRead::End,
            None => {
                window.waiting = true;
                self.send_continue(shared);
                BodyRead::Wait
            }
        }
    }

    /// Writes bytes of an answer under way.
    pub fn write(&mut self, sequence: u32, bytes: &[u8], shared: &mut Shared) -> Written {
        let is_first = sequence == self.first;
        let index = sequence.wrapping_sub(self.first) as usize;
        if self.writing(sequence).is_none() {
            return Written::Gone;
        }
        let Some(slot) = self.slots.get_mut(index) else { return Written::Gone };
        let Some(out) = slot.more.as_mut().and_then(|more| more.out.as_mut()) else { return Written::Gone };
        let chunked = match &mut out.framing {
            Framing::Known(left) => {
                let Some(rest) = left.checked_sub(bytes.len() as u64) else { return Written::TooMany };
                *left = rest;
                false
            }
            Framing::Chunked => true,
            Framing::UntilClose => false,
        };
        if !bytes.is_empty() {
            let write = |out: &mut Vec<u8>| write_chunk(bytes, chunked, out);
            if is_first {
                self.output.append(|| shared.pool.take(TAIL_BYTES.max(bytes.len().saturating_add(32))), write);
            } else if let Some(ready) = slot.answer.as_mut() {
                let before = ready.bytes.len();
                write(&mut ready.bytes);
                self.waiting_bytes = self.waiting_bytes.saturating_add(ready.bytes.len().saturating_sub(before));
            }
            if self.watched.is_some() {
                self.note_written(sequence, bytes.len());
            }
            shared.touch(self);
        }
        // What waits behind the first answer leaves only after it, and must not hold it up.
        let waiting = if is_first { 0 } else { self.waiting_bytes };
        // Writing nothing asks whether it is the answer's turn: a source need not be opened before.
        let is_its_turn = is_first || !bytes.is_empty();
        if is_its_turn && self.output.unsent().saturating_add(waiting) < shared.config.max_unsent_bytes {
            return Written::Open;
        }
        if let Some(out) = self.slot_mut(sequence).and_then(|slot| slot.out()) {
            out.waiting = true;
        }
        Written::Full
    }

    /// An answer that may be written on.
    fn writing(&mut self, sequence: u32) -> Option<&mut Outgoing> {
        if self.broken || self.last_written {
            return None;
        }
        self.slot_mut(sequence)?.out().filter(|out| !out.ended)
    }

    /// Tells the writer of the answer that is being sent that there is room again.
    pub(super) fn allow_writing(&mut self, shared: &mut Shared) {
        if self.output.unsent() > shared.config.max_unsent_bytes / 2 {
            return;
        }
        let Some(slot) = self.slots.front_mut() else { return };
        let token = slot.token;
        if let Some(out) = slot.out().filter(|out| out.waiting) {
            out.waiting = false;
            shared.tell(token, EventKind::Writable);
        }
    }

    /// Ends an answer under way. One that is shorter than it promised cuts the connection.
    pub fn finish(&mut self, sequence: u32, shared: &mut Shared) -> Outcome {
        let is_first = sequence == self.first;
        let Some(out) = self.writing(sequence) else { return Outcome::Gone };
        let end: &[u8] = match out.framing {
            Framing::Known(0) | Framing::UntilClose => b"",
            Framing::Known(_) => {
                self.break_answer(sequence, shared);
                return Outcome::Refused;
            }
            Framing::Chunked => b"0\r\n\r\n",
        };
        let must_close = self.release(sequence, shared);
        let Some(slot) = self.slot_mut(sequence) else { return Outcome::Gone };
        slot.terms.close |= must_close;
        let terms = slot.terms;
        if let Some(out) = slot.out() {
            out.ended = true;
        }
        if is_first {
            self.output.append(|| shared.pool.take(TAIL_BYTES), |out| out.extend_from_slice(end));
            self.finish_first(None, terms);
            self.write_ready(shared);
        } else {
            if let Some(ready) = slot.answer.as_mut() {
                ready.bytes.extend_from_slice(end);
                self.waiting_bytes = self.waiting_bytes.saturating_add(end.len());
            }
            if terms.close {
                self.take_no_more();
            }
        }
        self.send_continue(shared);
        self.release_pressure(shared);
        shared.touch(self);
        Outcome::Accepted
    }

    /// Gives an answer under way up. The client must see that it is not whole, so its connection is cut; only one of
    /// which nothing was sent can still become a problem document.
    pub fn break_answer(&mut self, sequence: u32, shared: &mut Shared) {
        if self.writing(sequence).is_none() {
            return;
        }
        if sequence == self.first {
            self.broken = true;
            shared.touch(self);
            return;
        }
        let Some(slot) = self.slot_mut(sequence) else { return };
        slot.more().out = None;
        let Some(ready) = slot.answer.take() else { return };
        self.waiting_bytes = self.waiting_bytes.saturating_sub(ready.len());
        shared.pool.give(ready.bytes);
        self.answer_sequence(sequence, Problem::INTERNAL, &[], true, shared);
    }

    /// Sends 100 (Continue) once every earlier request is answered and somebody wants the body (RFC 9110 §10.1.1).
    pub(super) fn send_continue(&mut self, shared: &mut Shared) {
        let first = self.first;
        let Input::Body(incoming) = &mut self.input else { return };
        if !incoming.continue_due || incoming.sequence != first || incoming.complete {
            return;
        }
        let Some(slot) = self.slots.front_mut() else { return };
        // Behind the beginning of the answer it would stand within that.
        let wanted = !incoming.streams || (!slot.is_writing() && slot.window().is_some_and(|window| window.waiting));
        if wanted {
            incoming.continue_due = false;
            incoming.restart(shared.now_ms);
            self.output
                .append(|| shared.pool.take(TAIL_BYTES), |out| out.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n"));
            shared.touch(self);
        }
    }
}

fn write_chunk(bytes: &[u8], chunked: bool, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.reserve(bytes.len().saturating_add(20));
    if chunked {
        let digits = usize::BITS.saturating_sub(bytes.len().leading_zeros()).div_ceil(4);
        for place in (0..digits).rev() {
            out.extend(DIGITS.get((bytes.len() >> place.saturating_mul(4)) & 15));
        }
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(bytes);
    if chunked {
        out.extend_from_slice(b"\r\n");
    }
}
