//! From answers to bytes, in the order of the requests.

use super::super::answer::{Answer, Body, Terms, write_answer};
use super::super::config::TAIL_BYTES;
use super::super::layout::header_set;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::{Connection, Input, Outcome, Ready};

impl Connection {
    /// Answers the request that was just read, in its place behind those before it.
    pub(super) fn answer_now(&mut self, answer: &Answer<'_>, terms: Terms, shared: &mut Shared) {
        let sequence = self.next_sequence();
        self.expect_answer(terms, shared);
        shared.counters.native_answers = shared.counters.native_answers.wrapping_add(1);
        self.answer(sequence, answer, shared);
    }

    pub(super) fn answer_problem(&mut self, problem: Problem, fields: &[u8], terms: Terms, shared: &mut Shared) {
        let document = problem.document();
        let answer = Answer {
            status: problem.status,
            header_set: header_set::PROBLEM,
            fields,
            body: Body::Bytes(document.as_bytes()),
            close: terms.close,
        };
        self.answer_now(&answer, terms, shared);
    }

    /// Answers a request with a problem document and ends the connection behind it.
    pub fn answer_sequence_with_problem(&mut self, sequence: u32, problem: Problem, shared: &mut Shared) -> Outcome {
        let document = problem.document();
        let answer = Answer {
            status: problem.status,
            header_set: header_set::PROBLEM,
            fields: &[],
            body: Body::Bytes(document.as_bytes()),
            close: true,
        };
        shared.counters.native_answers = shared.counters.native_answers.wrapping_add(1);
        self.answer(sequence, &answer, shared)
    }

    /// Takes an answer; it is written at once if its request is the first that waits, else kept.
    pub fn answer(&mut self, sequence: u32, answer: &Answer<'_>, shared: &mut Shared) -> Outcome {
        let index = sequence.wrapping_sub(self.first) as usize;
        let is_last = index.saturating_add(1) == self.slots.len();
        let arriving = matches!(&self.input, Input::Body(incoming) if incoming.sequence == sequence);
        let Some(slot) = self.slots.get_mut(index).filter(|slot| slot.answer.is_none() && !arriving) else {
            shared.counters.dropped_answers = shared.counters.dropped_answers.wrapping_add(1);
            if let Body::Reference { id, .. } = answer.body {
                shared.released.push(id);
            }
            return Outcome::Gone;
        };
        // A stopping server ends the connection behind the last request it has taken.
        let drained = shared.draining && is_last && self.inbox.is_empty() && !self.held;
        slot.terms.close |= answer.close || drained;
        if let Some(body) = slot.body.take() {
            self.waiting_bytes = self.waiting_bytes.saturating_sub(body.len());
        }
        let terms = slot.terms;
        let mut outcome = Outcome::Accepted;
        let Shared { pool, date, released, .. } = shared;
        let mut write = |out: &mut Vec<u8>| {
            if let Ok(by_reference) = write_answer(answer, terms, date, out) {
                match answer.body {
                    Body::Reference { id, length } if by_reference => Some((id, length)),
                    Body::Reference { id, .. } => {
                        released.push(id);
                        None
                    }
                    Body::Bytes(_) => None,
                }
            } else {
                outcome = Outcome::Refused;
                if let Body::Reference { id, .. } = answer.body {
                    released.push(id);
                }
                let document = Problem::ANSWER_FIELDS.document();
                let problem = Answer {
                    status: Problem::ANSWER_FIELDS.status,
                    header_set: header_set::PROBLEM,
                    fields: &[],
                    body: Body::Bytes(document.as_bytes()),
                    close: false,
                };
                // A fixed document without field lines has nothing to refuse.
                let _ = write_answer(&problem, terms, date, out);
                None
            }
        };
        if drained && !matches!(self.input, Input::Closed) {
            self.input = Input::Closed;
            self.lingering = true;
        }
        if index == 0 {
            let reference = self.output.append(|| pool.take(answer.room().max(TAIL_BYTES)), &mut write);
            self.finish_first(reference, terms);
        } else {
            let mut bytes = pool.take(answer.room());
            let reference = write(&mut bytes);
            let ready = Ready { bytes, reference };
            self.waiting_bytes = self.waiting_bytes.saturating_add(ready.len());
            slot.answer = Some(Box::new(ready));
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

    pub(super) fn finish_first(&mut self, reference: Option<(u32, usize)>, terms: Terms) {
        if let Some((id, length)) = reference {
            self.output.append_reference(id, length);
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
            self.output.append(
                || shared.pool.take(TAIL_BYTES.max(ready.bytes.len())),
                |out| out.extend_from_slice(&ready.bytes),
            );
            shared.pool.give(ready.bytes);
            self.finish_first(ready.reference, terms);
        }
        if self.last_written {
            self.drop_pending(shared);
        }
    }

    /// Drops every request that will not be answered any more.
    pub(super) fn drop_pending(&mut self, shared: &mut Shared) {
        self.waiting_bytes = 0;
        for slot in self.slots.drain(..) {
            self.first = self.first.wrapping_add(1);
            if let Some(ready) = slot.answer {
                let Ready { bytes, reference } = *ready;
                shared.pool.give(bytes);
                shared.released.extend(reference.map(|(id, _)| id));
            }
        }
    }

    /// Sends 100 (Continue) once every earlier request is answered (RFC 9110 §10.1.1).
    pub(super) fn send_continue(&mut self, shared: &mut Shared) {
        let Input::Body(incoming) = &mut self.input else { return };
        if incoming.continue_due && incoming.sequence == self.first && !incoming.complete {
            incoming.continue_due = false;
            self.output
                .append(|| shared.pool.take(TAIL_BYTES), |out| out.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n"));
            shared.touch(self);
        }
    }
}
