//! From answers to bytes, in the order of the requests.

use std::rc::Rc;

use super::super::answer::{Answer, Body, Follows, Terms, write_answer};
use super::super::config::TAIL_BYTES;
use super::super::event::EventKind;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::watch::Asked;
use super::{Connection, Input, Outcome, Ready};

impl Connection {
    /// Answers the request that was just read, in its place behind those before it.
    pub(super) fn answer_now(&mut self, answer: &Answer<'_>, asked: &Asked<'_>, shared: &mut Shared) {
        let sequence = self.next_sequence();
        self.expect_answer(asked, shared);
        self.answer_natively(sequence, answer, shared);
    }

    pub(super) fn answer_problem(&mut self, problem: Problem, fields: &[u8], asked: &Asked<'_>, shared: &mut Shared) {
        let sequence = self.next_sequence();
        self.expect_answer(asked, shared);
        self.answer_sequence(sequence, problem, fields, asked.terms.close, shared);
    }

    /// Answers a request with a problem document.
    pub fn answer_sequence(
        &mut self,
        sequence: u32,
        problem: Problem,
        fields: &[u8],
        close: bool,
        shared: &mut Shared,
    ) -> Outcome {
        let arena = Rc::clone(&shared.arena);
        let replacements = Rc::clone(&shared.replacements);
        let document = replacements.document(problem, fields, &arena);
        self.answer_natively(sequence, &document.answer(close), shared)
    }

    /// Answers a request without JavaScript.
    pub(super) fn answer_natively(&mut self, sequence: u32, answer: &Answer<'_>, shared: &mut Shared) -> Outcome {
        if self.watched.is_some() {
            self.note_native(sequence);
        }
        shared.counters.native_answers = shared.counters.native_answers.wrapping_add(1);
        self.answer(sequence, answer, shared)
    }

    /// Takes an answer; it is written at once if its request is the first that waits, else kept.
    pub fn answer(&mut self, sequence: u32, answer: &Answer<'_>, shared: &mut Shared) -> Outcome {
        let index = sequence.wrapping_sub(self.first) as usize;
        let is_last = index.saturating_add(1) == self.slots.len();
        let writes = matches!(answer.body, Body::Stream);
        let answerable = self.slots.get(index).is_some_and(|slot| slot.answer.is_none() && !slot.is_writing())
            && !matches!(&self.input, Input::Body(incoming) if incoming.sequence == sequence && incoming.request.is_some());
        if !answerable {
            shared.counters.dropped_answers = shared.counters.dropped_answers.wrapping_add(1);
            if let Body::Reference { id, .. } = answer.body {
                shared.released.push(id);
            }
            return Outcome::Gone;
        }
        // A stopping server ends the connection behind the last request it has taken, as one does that is old.
        let ends = shared.draining || self.is_old(shared);
        let drained = ends && is_last && self.inbox.is_empty() && !self.held;
        // A handler that writes its answer step by step may still be reading.
        let must_close = !writes && self.release(sequence, shared);
        let Some(slot) = self.slots.get_mut(index) else { return Outcome::Gone };
        slot.terms.close |= answer.close || drained || must_close;
        let terms = slot.terms;
        if terms.close {
            self.take_no_more();
        }
        let mut outcome = Outcome::Accepted;
        let mut body_bytes = answer.body.len();
        let Shared { pool, date, released, arena, replacements, .. } = shared;
        let mut write = |out: &mut Vec<u8>| {
            let written = write_answer(answer, terms, date, out);
            if let Body::Reference { id, .. } = answer.body
                && !matches!(written, Ok(Follows::Reference { .. }))
            {
                released.push(id);
            }
            written.unwrap_or_else(|_| {
                outcome = Outcome::Refused;
                let document = replacements.document(Problem::ANSWER_FIELDS, &[], arena);
                let problem = document.answer(false);
                body_bytes = problem.body.len();
                // Its field lines, if it has any, were checked when they were given.
                write_answer(&problem, terms, date, out).unwrap_or(Follows::Nothing)
            })
        };
        let (follows, bytes) = if index == 0 {
            (self.output.append(|| pool.take(answer.room().max(TAIL_BYTES)), &mut write), None)
        } else {
            let mut bytes = pool.take(answer.room());
            (write(&mut bytes), Some(bytes))
        };
        let reference = match follows {
            Follows::Reference { id, length } => Some((id, length)),
            _ => None,
        };
        if self.watched.is_some() {
            let status = if outcome == Outcome::Refused { Problem::ANSWER_FIELDS.status } else { answer.status };
            if outcome == Outcome::Refused {
                self.note_native(sequence);
            }
            let has_none = terms.head_only || matches!(status, 204 | 205 | 304);
            self.note_answer(sequence, status, if has_none { 0 } else { body_bytes });
        }
        // HEAD, 204 and the like, or a 500 in its place: then nothing is written step by step either.
        let is_whole = !matches!(follows, Follows::Stream(_));
        let must_close = is_whole && writes && self.release(sequence, shared);
        let Some(slot) = self.slots.get_mut(index) else { return Outcome::Gone };
        slot.terms.close |= must_close;
        let terms = slot.terms;
        if let Follows::Stream(framing) = follows {
            slot.begin_writing(framing);
        }
        if let Some(bytes) = bytes {
            let ready = Ready { bytes, reference };
            self.waiting_bytes = self.waiting_bytes.saturating_add(ready.len());
            slot.answer = Some(Box::new(ready));
        } else if is_whole {
            self.finish_first(reference, terms);
        }
        if !is_whole {
            self.restart_unasked(sequence, shared);
        }
        shared.counters.answers = shared.counters.answers.wrapping_add(1);
        if self.slots.front().is_some_and(|slot| slot.answer.is_some()) || self.last_written {
            self.write_ready(shared);
        }
        self.send_continue(shared);
        self.release_pressure(shared);
        // The deadline is set once for all answers of the turn, when the host looks at the connection.
        shared.touch(self);
        outcome
    }

    /// Takes from a request what it has no use for once it is answered: its place, its body, its watcher. Tells whether
    /// the connection must end behind the answer.
    pub(super) fn release(&mut self, sequence: u32, shared: &mut Shared) -> bool {
        let must_close = self.leave_body(sequence, shared);
        let filed = self.filed();
        let Some(slot) = self.slot_mut(sequence) else { return must_close };
        slot.token = 0;
        if slot.admitted && !slot.is_writing() {
            shared.note_latency(shared.now_ms.saturating_sub(slot.since_ms));
        }
        slot.leave(shared);
        let route = slot.route;
        let Some(more) = slot.more.as_mut() else { return must_close };
        let mut bytes = more.body.take().map_or(0, |body| body.len());
        if let Some(parked) = more.parked.take() {
            bytes = bytes.saturating_add(parked.body.len());
            shared.admission.abandon(filed, sequence, route);
        }
        if let Some(window) = more.window.take() {
            bytes = bytes.saturating_add(window.bytes.len());
            shared.pool.give(window.bytes);
        }
        self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes);
        must_close
    }

    pub(super) fn finish_first(&mut self, reference: Option<(u32, usize)>, terms: Terms) {
        if let Some((id, length)) = reference {
            self.output.append_reference(id, length);
        }
        if self.watched.is_some() {
            self.note_end(self.first);
        }
        self.slots.pop_front();
        self.first = self.first.wrapping_add(1);
        if terms.close {
            self.last_written = true;
            if !matches!(self.input, Input::Closed) {
                // The peer may be sending: it must be able to read the answer before its bytes meet a closed socket.
                self.linger();
            }
        }
    }

    /// Writes the answers that have waited for the one before them.
    pub(super) fn write_ready(&mut self, shared: &mut Shared) {
        while !self.last_written {
            let Some(slot) = self.slots.front_mut() else { break };
            let Some(ready) = slot.answer.take() else { break };
            self.waiting_bytes = self.waiting_bytes.saturating_sub(ready.len());
            let terms = slot.terms;
            let goes_on = slot.is_writing();
            self.output.append(
                || shared.pool.take(TAIL_BYTES.max(ready.bytes.len())),
                |out| out.extend_from_slice(&ready.bytes),
            );
            shared.pool.give(ready.bytes);
            if goes_on {
                self.allow_writing(shared);
                break;
            }
            self.finish_first(ready.reference, terms);
        }
        if self.last_written {
            self.drop_pending(shared);
        }
    }

    /// Drops every request that will not be answered any more.
    pub(super) fn drop_pending(&mut self, shared: &mut Shared) {
        self.waiting_bytes = 0;
        let filed = self.filed();
        for mut slot in std::mem::take(&mut self.slots) {
            Self::end_slot(&mut slot, filed, self.first, EventKind::ClientGone, shared);
            self.first = self.first.wrapping_add(1);
            if let Some(ready) = slot.answer {
                let Ready { bytes, reference } = *ready;
                shared.pool.give(bytes);
                shared.released.extend(reference.map(|(id, _)| id));
            }
        }
    }
}
