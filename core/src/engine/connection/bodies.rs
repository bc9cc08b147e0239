//! From bytes to bodies: collected for a handler, put in the window of one that runs already, or drained when nobody
//! reads them.

use super::super::batch::Batch;
use super::super::config::WINDOW_BYTES;
use super::super::event::EventKind;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::checked::Look;
use super::dispatch::Dispatched;
use super::slot::{Failure, Window};
use super::{BodyLeft, Connection, Incoming, Input, Stop};
use crate::http::ChunkedError;
use crate::input::Refusal;

/// What reading into a body came to.
enum Reading {
    /// The body goes on.
    More(Stop),
    /// The body is complete and its request dispatched.
    Done,
    /// The body cannot be completed.
    Failed(Problem),
    /// The body is complete, or will not be read, but there is no place for its request.
    Shed,
    /// The body does not fit, whatever the rest of it is.
    Refused(Refusal),
    /// The same, and JavaScript is asked how to answer.
    HandedOver,
}

impl BodyLeft {
    /// Decodes from `rest` to `out`; how many bytes were used and whether the body is complete.
    fn read(&mut self, rest: &[u8], max_bytes: u64, out: &mut Vec<u8>) -> Result<(usize, bool), Problem> {
        match self {
            Self::Known(length) => {
                let take = usize::try_from(*length).unwrap_or(usize::MAX).min(rest.len());
                out.extend_from_slice(rest.get(..take).unwrap_or_default());
                *length = length.saturating_sub(take as u64);
                Ok((take, *length == 0))
            }
            Self::Chunked(decoder) => decoder
                .decode(rest, max_bytes, |content| out.extend_from_slice(content))
                .map(|progress| (progress.consumed, progress.done))
                .map_err(chunked_problem),
        }
    }
}

fn chunked_problem(error: ChunkedError) -> Problem {
    match error {
        ChunkedError::Malformed => Problem::CHUNKED,
        ChunkedError::TooLarge => Problem::BODY_TOO_LARGE,
        ChunkedError::TrailersTooLarge => Problem::TRAILERS_TOO_LARGE,
    }
}

impl Connection {
    /// Reads into the body of a request; dispatches the request when its time has come.
    pub(super) fn read_body(
        &mut self,
        rest: &[u8],
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> Result<usize, (usize, Stop)> {
        let Input::Body(mut incoming) = std::mem::replace(&mut self.input, Input::Head) else { return Ok(0) };
        let mut used = 0;
        let reading = loop {
            let rest = rest.get(used..).unwrap_or_default();
            let (count, reading) = self.read_into(&mut incoming, rest, shared, batch);
            used = used.saturating_add(count);
            if let Some(reading) = reading {
                break reading;
            }
        };
        let sequence = incoming.sequence;
        match reading {
            Reading::More(stop) => {
                self.input = Input::Body(incoming);
                return Err((used, stop));
            }
            Reading::Done => {
                let now_ms = shared.now_ms;
                if let Some(slot) = self.slot_mut(sequence) {
                    slot.since_ms = now_ms;
                }
                self.input = self.next_input();
                // What a client sends behind its last request must not reset the answer away (RFC 9112 §9.6).
                self.lingering |= matches!(self.input, Input::Closed);
            }
            Reading::Shed => {
                incoming.request = None;
                self.input = if incoming.complete { self.next_input() } else { Input::Body(incoming) };
                self.shed(sequence, shared);
            }
            Reading::Refused(refusal) => self.refuse_incoming(incoming, &refusal, shared),
            Reading::HandedOver => {
                self.input = Input::Body(incoming);
                self.leave_rest(sequence, shared);
            }
            Reading::Failed(problem) => {
                self.fail_incoming(&incoming, problem, shared);
                return Ok(rest.len());
            }
        }
        Ok(used)
    }

    /// One step of reading a body; `None` when there is another one to do.
    fn read_into(
        &mut self,
        incoming: &mut Incoming,
        rest: &[u8],
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> (usize, Option<Reading>) {
        if incoming.streams && incoming.request.is_some() {
            match self.dispatch_incoming(incoming, shared, batch) {
                Dispatched::Taken => {}
                Dispatched::Full => return (0, Some(Reading::More(Stop::Budget))),
                Dispatched::Shed => return (0, Some(Reading::Failed(Problem::OVERLOADED))),
            }
        }
        let mut used = 0;
        if !incoming.complete && !incoming.is_refused() {
            if rest.is_empty() {
                return (0, Some(Reading::More(Stop::NeedBytes)));
            }
            // Only what is checked can be refused for what came before its framing broke.
            let before = incoming.check.is_some().then(|| incoming.left.clone());
            let read = if incoming.streams {
                self.read_into_window(incoming, rest, shared)
            } else {
                let Incoming { left, body, max_bytes, .. } = incoming;
                if body.capacity() == 0 {
                    *body = shared.pool.take(rest.len());
                }
                left.read(rest, *max_bytes, body).map(Some)
            };
            match read {
                Ok(None) => {
                    self.pause(incoming, shared);
                    return (0, Some(Reading::More(Stop::Pressure)));
                }
                Ok(Some((count, complete))) => {
                    used = count;
                    if std::mem::take(&mut incoming.continue_due) {
                        // The client sends unasked, which it may begin to do at any time.
                        incoming.restart(shared.now_ms);
                    }
                    incoming.complete = complete;
                    incoming.received = incoming.received.saturating_add(count as u64);
                    incoming.progress_ms = shared.now_ms;
                }
                Err(problem) => {
                    // What came before may have decided already, as it would have if it had come alone; the rest is drained,
                    // which ends the connection.
                    let reading = match incoming.look(shared) {
                        Look::GoesOn => return (rest.len(), Some(Reading::Failed(problem))),
                        Look::Refused(refusal) => Some(Reading::Refused(refusal)),
                        Look::HandOver => None,
                    };
                    if let Some(before) = before {
                        incoming.left = before;
                    }
                    return (0, reading);
                }
            }
            // By its length alone, and not by how it was cut on the way here.
            let too_long = incoming.body.len() as u64 > shared.config.max_buffered_body_bytes;
            if too_long && !incoming.streams && incoming.check.is_none() {
                self.begin_window(incoming);
                return (used, None);
            }
            match incoming.look(shared) {
                Look::GoesOn => {}
                Look::Refused(refusal) => return (used, Some(Reading::Refused(refusal))),
                Look::HandOver => return (used, None),
            }
            if !incoming.complete {
                let more = if used < rest.len() { None } else { Some(Reading::More(Stop::NeedBytes)) };
                return (used, more);
            }
        }
        if incoming.streams {
            return (used, Some(Reading::Done));
        }
        let reading = match self.dispatch_incoming(incoming, shared, batch) {
            Dispatched::Taken if !incoming.complete => Reading::HandedOver,
            Dispatched::Taken => Reading::Done,
            Dispatched::Full => Reading::More(Stop::Budget),
            Dispatched::Shed => Reading::Shed,
        };
        (used, Some(reading))
    }

    /// From now on the handler reads the body while it arrives.
    pub(super) fn begin_window(&mut self, incoming: &mut Incoming) {
        incoming.streams = true;
        let bytes = std::mem::take(&mut incoming.body);
        let complete = incoming.complete;
        self.waiting_bytes = self.waiting_bytes.saturating_add(bytes.len());
        if let Some(slot) = self.slot_mut(incoming.sequence) {
            slot.more().window = Some(Window { bytes, complete, ..Window::default() });
        }
    }

    /// Reads into the window of a handler that runs; `None` when it is full.
    fn read_into_window(
        &mut self,
        incoming: &mut Incoming,
        rest: &[u8],
        shared: &mut Shared,
    ) -> Result<Option<(usize, bool)>, Problem> {
        let Some(slot) = self.slot_mut(incoming.sequence) else { return Err(Problem::INTERNAL) };
        let token = slot.token;
        let Some(window) = slot.window() else { return Err(Problem::INTERNAL) };
        let room = WINDOW_BYTES.saturating_sub(window.bytes.len());
        if room == 0 {
            return Ok(None);
        }
        if window.bytes.capacity() == 0 {
            window.bytes = shared.pool.take(rest.len().min(room));
        }
        // What is decoded is never longer than what it was decoded from.
        let part = rest.get(..rest.len().min(room)).unwrap_or_default();
        let before = window.bytes.len();
        let read = incoming.left.read(part, incoming.max_bytes, &mut window.bytes);
        let new = window.bytes.len().saturating_sub(before);
        if let Ok((_, complete)) = read {
            window.complete = complete;
            if window.waiting && (complete || !window.bytes.is_empty()) {
                window.waiting = false;
                shared.tell(token, EventKind::Readable);
            }
        }
        self.waiting_bytes = self.waiting_bytes.saturating_add(new);
        read.map(Some)
    }

    /// Reads no more of a body until its handler has read what there is.
    fn pause(&mut self, incoming: &mut Incoming, shared: &mut Shared) {
        if incoming.paused_since_ms.is_none() {
            incoming.paused_since_ms = Some(shared.now_ms);
            self.window_full = true;
            let now_ms = shared.now_ms;
            if let Some(slot) = self.slot_mut(incoming.sequence).filter(|slot| !slot.is_parked()) {
                slot.since_ms = now_ms;
            }
        }
    }

    /// The handler has read: the body goes on.
    pub(super) fn unpause(&mut self, shared: &mut Shared) {
        self.window_full = false;
        if let Input::Body(incoming) = &mut self.input
            && let Some(since_ms) = incoming.paused_since_ms.take()
        {
            incoming.paused_ms = incoming.paused_ms.saturating_add(shared.now_ms.saturating_sub(since_ms));
            incoming.progress_ms = shared.now_ms;
        }
        if self.held {
            shared.queue(self);
        }
        self.rearm(shared);
        shared.touch(self);
    }

    /// Ends a request whose body cannot be completed, and the connection behind its answer.
    pub(super) fn fail_incoming(&mut self, incoming: &Incoming, problem: Problem, shared: &mut Shared) {
        shared.counters.refused = shared.counters.refused.wrapping_add(1);
        self.linger();
        if incoming.streams && incoming.request.is_none() {
            // Its handler runs and answers for itself.
            self.fail_window(incoming.sequence, Failure::Refused(problem), shared);
            return;
        }
        let fields: &[u8] = if problem == Problem::OVERLOADED { b"Retry-After: 1\r\n" } else { &[] };
        self.answer_sequence(incoming.sequence, problem, fields, true, shared);
    }

    /// Tells the reader of a body that the rest will not come.
    pub(super) fn fail_window(&mut self, sequence: u32, failure: Failure, shared: &mut Shared) {
        let Some(slot) = self.slot_mut(sequence) else {
            // The request is answered; the connection ends behind that.
            self.last_written |= self.slots.is_empty();
            shared.touch(self);
            return;
        };
        slot.terms.close = true;
        // Its handler has read until now, and has its time to answer.
        slot.since_ms = shared.now_ms;
        let token = slot.token;
        if let Some(window) = slot.window().filter(|window| !window.complete) {
            window.failed = Some(failure);
            if std::mem::take(&mut window.waiting) {
                shared.tell(token, EventKind::Readable);
            }
        }
    }

    pub(super) fn drain_body(&mut self, rest: &[u8], shared: &mut Shared) -> Result<usize, (usize, Stop)> {
        if rest.is_empty() {
            return Err((0, Stop::NeedBytes));
        }
        let Input::Drain(left) = &mut self.input else { return Ok(0) };
        let (used, done) = match left {
            BodyLeft::Known(length) => {
                let take = usize::try_from(*length).unwrap_or(usize::MAX).min(rest.len());
                *length = length.saturating_sub(take as u64);
                (take, *length == 0)
            }
            BodyLeft::Chunked(decoder) => {
                if let Ok(progress) = decoder.decode(rest, shared.config.max_drained_bytes, |_| {}) {
                    (progress.consumed, progress.done)
                } else {
                    // The answer has been given.
                    self.end_behind_last(shared);
                    return Ok(rest.len());
                }
            }
        };
        if done {
            self.input = self.next_input();
        }
        Ok(used)
    }

    /// What follows a body: another request, unless one that was taken is the last.
    pub(super) fn next_input(&self) -> Input {
        if self.last_written || self.slots.iter().any(|slot| slot.terms.close) { Input::Closed } else { Input::Head }
    }

    /// Reads no further request, and ends the connection behind the last answer that is to come.
    pub(super) fn end_behind_last(&mut self, shared: &mut Shared) {
        self.last_written |= self.slots.is_empty();
        if let Some(slot) = self.slots.back_mut() {
            slot.terms.close = true;
        }
        self.linger();
        shared.touch(self);
    }

    /// An answer will be the last: no request is taken behind it. What arrives belongs to one that was taken before.
    pub(super) fn take_no_more(&mut self) {
        match self.input {
            Input::Head | Input::Drain(_) => self.linger(),
            Input::Body(_) => self.lingering = true,
            Input::Closed => {}
        }
    }

    /// The time of a body that its client was not asked for begins when that can no longer be done.
    pub(super) fn restart_unasked(&mut self, sequence: u32, shared: &Shared) {
        if let Input::Body(incoming) = &mut self.input
            && incoming.sequence == sequence
            && incoming.continue_due
        {
            incoming.restart(shared.now_ms);
        }
    }

    /// Decides what becomes of a body that its request was answered without reading; whether the connection must end.
    pub(super) fn leave_body(&mut self, sequence: u32, shared: &mut Shared) -> bool {
        if !matches!(&self.input, Input::Body(incoming) if incoming.sequence == sequence) {
            return false;
        }
        let Input::Body(incoming) = std::mem::replace(&mut self.input, Input::Closed) else { return false };
        self.window_full = false;
        if incoming.complete {
            self.input = self.next_input();
            return false;
        }
        // A client that waits for 100 (Continue) may or may not send the body now: nobody can tell what follows.
        let known = match &incoming.left {
            BodyLeft::Known(length) => *length,
            BodyLeft::Chunked(decoder) => decoder.chunk_left(),
        };
        let too_long = known > shared.config.max_drained_bytes;
        if incoming.continue_due || too_long {
            self.linger();
            return true;
        }
        self.input = Input::Drain(incoming.left);
        self.since_ms = shared.now_ms;
        if self.held {
            shared.queue(self);
        }
        false
    }
}
