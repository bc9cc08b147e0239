//! From bytes to heads: what is held, what is read, what is refused.

use super::super::answer::Terms;
use super::super::batch::Batch;
use super::super::config::REQUESTS_PER_VISIT;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::requests::Parsed;
use super::watch::Asked;
use super::{Connection, Input, Stop};
use crate::http::{HeadError, HeadScan, parse_head};

impl Connection {
    pub fn receive(&mut self, bytes: &[u8], shared: &mut Shared, batch: &mut Batch<'_>) {
        if matches!(self.input, Input::Closed) {
            self.note_dropped(bytes.len());
            // Once too much was dropped, nothing is read any more.
            shared.touch(self);
            return;
        }
        if !self.inbox.is_empty() || self.held {
            self.inbox.extend_from_slice(bytes);
            if !self.held {
                self.take_up(shared, batch);
            }
            return;
        }
        let (used, stop) = self.consume(bytes, shared, batch);
        if let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            self.inbox = shared.pool.take(rest.len());
            self.inbox_at = 0;
            self.inbox.extend_from_slice(rest);
        }
        self.note_stop(stop, shared);
    }

    /// Keeps bytes until the connection is taken up.
    pub fn receive_later(&mut self, bytes: &[u8], shared: &mut Shared) {
        self.inbox.extend_from_slice(bytes);
        if !self.held || self.has_room(shared) {
            self.held = true;
            shared.queue(self);
        }
        self.rearm(shared);
    }

    /// Goes on with held bytes.
    pub fn take_up(&mut self, shared: &mut Shared, batch: &mut Batch<'_>) {
        self.held = false;
        if self.turn == shared.turn {
            self.visit_until = self.turn_requests.saturating_add(REQUESTS_PER_VISIT);
        }
        let inbox = std::mem::take(&mut self.inbox);
        let at = self.inbox_at;
        let (used, stop) = self.consume(inbox.get(at..).unwrap_or_default(), shared, batch);
        let at = at.saturating_add(used);
        if at >= inbox.len() || matches!(self.input, Input::Closed) {
            self.inbox_at = 0;
            shared.pool.give(inbox);
        } else {
            self.inbox = inbox;
            self.inbox_at = at;
            // Keep the dead bytes at the front below the live ones: each byte moves once on average.
            if at > self.inbox.len() / 2 {
                self.inbox.drain(..at);
                self.inbox_at = 0;
            }
        }
        self.note_stop(stop, shared);
    }

    pub(super) fn note_stop(&mut self, stop: Stop, shared: &mut Shared) {
        self.held = stop != Stop::NeedBytes;
        if stop == Stop::Budget {
            shared.queue(self);
        }
        if self.end_seen && !self.held {
            self.end_input(shared);
        }
        self.rearm(shared);
    }

    pub(super) fn consume(&mut self, input: &[u8], shared: &mut Shared, batch: &mut Batch<'_>) -> (usize, Stop) {
        let mut at: usize = 0;
        loop {
            let rest = input.get(at..).unwrap_or_default();
            let outcome = match &mut self.input {
                Input::Closed => {
                    self.note_dropped(rest.len());
                    return (input.len(), Stop::NeedBytes);
                }
                Input::Head if rest.is_empty() => return (at, Stop::NeedBytes),
                Input::Head => self.read_head(rest, shared, batch),
                Input::Body(_) => self.read_body(rest, shared, batch),
                Input::Drain(_) => self.drain_body(rest, shared),
            };
            match outcome {
                Ok(used) => at = at.saturating_add(used),
                Err((used, stop)) => return (at.saturating_add(used), stop),
            }
        }
    }

    /// Whether another request may be taken now.
    pub(super) fn admit(&mut self, shared: &Shared, batch: &Batch<'_>) -> Result<(), Stop> {
        if !self.has_room(shared) {
            return Err(Stop::Pressure);
        }
        if self.turn != shared.turn {
            self.turn = shared.turn;
            self.turn_requests = 0;
            self.visit_until = REQUESTS_PER_VISIT;
        }
        if batch.is_full() || self.turn_requests >= self.visit_until.min(shared.config.max_requests_per_turn) {
            return Err(Stop::Budget);
        }
        Ok(())
    }

    pub(super) fn read_head(
        &mut self,
        rest: &[u8],
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> Result<usize, (usize, Stop)> {
        if let [b'\r', b'\n', ..] | [b'\r'] = rest {
            if u32::from(self.blank_lines) >= shared.config.max_leading_empty_lines {
                self.refuse(Problem::MALFORMED, shared);
                return Ok(0);
            }
            if rest.len() == 1 {
                return Err((0, Stop::NeedBytes));
            }
            self.blank_lines = self.blank_lines.saturating_add(1);
            return Ok(2);
        }
        self.admit(shared, batch).map_err(|stop| (0, stop))?;
        if self.scan.has_begun() && !self.scan(rest, shared)? {
            return Ok(0);
        }
        let mut fields = std::mem::take(&mut shared.fields);
        let result = match parse_head(rest, &shared.config.head, &mut fields) {
            Ok(Some((head, end))) => {
                let (head_bytes, after) = rest.split_at_checked(end).unwrap_or_default();
                self.begin_request(Parsed { head: &head, head_bytes, fields: &fields }, after, shared, batch)
                    .map(|used| end.saturating_add(used))
                    .ok_or((0, Stop::Budget))
            }
            // What came of the head is looked at once here, and from now on only what is new.
            Ok(None) => self.scan(rest, shared).map(|_| 0),
            Err(error) => {
                self.refuse_head(rest, error, shared);
                Ok(0)
            }
        };
        shared.fields = fields;
        if result.is_ok() {
            self.scan = HeadScan::default();
            self.blank_lines = 0;
            self.since_ms = shared.now_ms;
            self.turn_requests = self.turn_requests.saturating_add(1);
        }
        result
    }

    /// Looks at what is new of an incomplete head; `false` when it was refused, an error while it stays incomplete.
    pub(super) fn scan(&mut self, rest: &[u8], shared: &mut Shared) -> Result<bool, (usize, Stop)> {
        match self.scan.advance(rest, &shared.config.head) {
            Ok(Some(_)) => Ok(true),
            Ok(None) => Err((0, Stop::NeedBytes)),
            Err(error) => {
                self.refuse_head(rest, error, shared);
                Ok(false)
            }
        }
    }

    /// Answers bytes that are no request, and reads no further one.
    pub(super) fn refuse(&mut self, problem: Problem, shared: &mut Shared) {
        self.refuse_on(problem, &[], Asked::nothing(Terms::default()), shared);
    }

    /// Answers a head that is refused; if it is one to HEAD, without content (RFC 9110 §9.3.2).
    fn refuse_head(&mut self, head: &[u8], error: HeadError, shared: &mut Shared) {
        let head_only = head.starts_with(b"HEAD ");
        // A 405 lists what is allowed (RFC 9110 §15.5.6), which for the other end of a tunnel is nothing. Of a head that is
        // refused the target is not looked up: in answer to TRACE it is what this server can do at all.
        let fields: &[u8] = match error {
            HeadError::Connect => b"Allow: \r\n",
            HeadError::Trace => b"Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n",
            _ => &[],
        };
        let terms = Terms { head_only, ..Terms::default() };
        self.refuse_on(error.into(), fields, Asked::refused(head, terms), shared);
    }

    fn refuse_on(&mut self, problem: Problem, fields: &[u8], asked: Asked<'_>, shared: &mut Shared) {
        shared.counters.refused = shared.counters.refused.wrapping_add(1);
        let terms = Terms { close: true, ..asked.terms };
        self.answer_problem(problem, fields, &Asked { terms, ..asked }, shared);
        self.linger();
    }
}
