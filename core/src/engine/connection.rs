//! One connection: requests in, in order; answers out, in the same order, however the handlers finish.
//!
//! Parsing stops (the bytes are *held*) when the connection has used its share of the turn, has too many requests
//! unanswered or too many bytes unsent; the engine takes it up again when that is over.

use std::collections::VecDeque;

use super::answer::{Answer, Body, Terms, write_answer};
use super::batch::{Batch, Record};
use super::config::{LINGER_MS, MAX_BLANK_LINES, MAX_DRAINED_BYTES, MAX_LINGER_BYTES};
use super::layout::{INLINE_BODY_BYTES, header_set};
use super::output::Output;
use super::problem::Problem;
use super::shared::Shared;
use crate::http::{
    BodyLength, ChunkedDecoder, ChunkedError, FieldSpan, Method, MethodSet, RequestHead, Scan, Target, parse_head,
    scan_head,
};
use crate::router::{Captures, Lookup};

/// Where the next byte belongs.
#[derive(Debug)]
enum Input {
    /// To a request head, or between two.
    Head,
    /// To the body of a request that JavaScript will get.
    Body(Box<Incoming>),
    /// To a body that nobody reads.
    Drain(BodyLeft),
    /// To nothing: no further request is taken from this connection.
    Closed,
}

#[derive(Debug)]
enum BodyLeft {
    Known(u64),
    Chunked(ChunkedDecoder),
}

/// A request whose body is arriving.
#[derive(Debug)]
struct Incoming {
    head: RequestHead,
    head_bytes: Vec<u8>,
    fields: Vec<FieldSpan>,
    captures: Captures,
    route: u32,
    sequence: u32,
    left: BodyLeft,
    body: Vec<u8>,
    complete: bool,
    continue_due: bool,
}

/// A request that is not answered yet, or whose answer waits for an earlier one.
#[derive(Debug)]
struct Slot {
    answer: Option<Box<Ready>>,
    terms: Terms,
    since_ms: u64,
    /// A body too long for its record, until the answer is there.
    body: Option<Box<[u8]>>,
}

/// An answer that waits for its turn.
#[derive(Debug)]
struct Ready {
    bytes: Vec<u8>,
    reference: Option<(u32, usize)>,
}

/// Why parsing stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// All bytes are used, or more are needed.
    NeedBytes,
    /// The share of this turn is used up.
    Budget,
    /// Too much is unanswered or unsent.
    Pressure,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on its way.
    Accepted,
    /// Its request is gone, or was answered already; it is dropped and counted.
    Gone,
    /// Its field lines may not be sent; a problem document was sent in its place.
    Refused,
}

/// What a connection waits for, and so which deadline applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Head,
    Body,
    Handler,
    Send,
    Idle,
    Linger,
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a connection, not a state in disguise")]
pub(super) struct Connection {
    pub slot: u32,
    pub generation: u32,
    input: Input,
    /// Bytes that could not be parsed yet.
    inbox: Vec<u8>,
    inbox_at: usize,
    scanned: usize,
    blank_lines: u8,
    slots: VecDeque<Slot>,
    /// Sequence number of the first of `slots`.
    first: u32,
    output: Output,
    turn: u64,
    turn_requests: u32,
    /// Bytes are held and parsing goes on once the reason is over.
    held: bool,
    /// Stands in the queue of connections to be taken up again.
    pub queued: bool,
    /// Stands in the list of connections the host must look at.
    pub touched: bool,
    /// The peer sends no more.
    end_seen: bool,
    /// Nothing is sent behind what is in the output.
    last_written: bool,
    lingering: bool,
    shutdown_taken: bool,
    dropped_bytes: usize,
    /// Has carried a request.
    used: bool,
    /// When the head or body under way began.
    since_ms: u64,
    /// When bytes last left.
    progress_ms: u64,
    deadline_ms: u64,
    /// The earliest second the wheel looks at this connection.
    pub filed_second: u64,
    phase: Phase,
}

impl Connection {
    pub fn new(slot: u32, generation: u32, now_ms: u64, head_timeout_ms: u64) -> Self {
        Self {
            slot,
            generation,
            input: Input::Head,
            inbox: Vec::new(),
            inbox_at: 0,
            scanned: 0,
            blank_lines: 0,
            slots: VecDeque::new(),
            first: 0,
            output: Output::default(),
            turn: 0,
            turn_requests: 0,
            held: false,
            queued: false,
            touched: false,
            end_seen: false,
            last_written: false,
            lingering: false,
            shutdown_taken: false,
            dropped_bytes: 0,
            used: false,
            since_ms: now_ms,
            progress_ms: now_ms,
            deadline_ms: now_ms.saturating_add(head_timeout_ms),
            filed_second: u64::MAX,
            phase: Phase::Head,
        }
    }

    pub fn output(&self) -> &Output {
        &self.output
    }

    pub fn output_mut(&mut self) -> &mut Output {
        &mut self.output
    }

    pub fn pending(&self) -> usize {
        self.slots.len()
    }

    pub fn deadline_ms(&self) -> u64 {
        self.deadline_ms
    }

    /// Whether bytes should be read from the peer now.
    pub fn wants_bytes(&self, shared: &Shared) -> bool {
        if self.end_seen {
            return false;
        }
        match self.input {
            // Still read, to notice a peer that leaves, but not without end.
            Input::Closed => self.dropped_bytes < MAX_LINGER_BYTES,
            // Held bytes are taken up soon; reading stops only when they pile up, which spares most switching.
            _ => self.inbox.len() < shared.config.max_unsent_bytes && (self.held || self.has_room(shared)),
        }
    }

    /// Whether the connection is to be closed by the host now.
    pub fn is_finished(&self) -> bool {
        let idle_end = self.end_seen && !self.held && self.slots.is_empty() && self.output.unsent() == 0;
        let last_sent = self.last_written && self.output.unsent() == 0;
        idle_end || (last_sent && (!self.lingering || self.end_seen || self.dropped_bytes >= MAX_LINGER_BYTES))
    }

    /// Whether the sending side should be shut down, so that the peer sees the end while its bytes are still read.
    pub fn wants_shutdown(&self) -> bool {
        self.last_written && self.lingering && !self.shutdown_taken && self.output.unsent() == 0
    }

    /// Notes that the host shuts the sending side down; `false` if it was told already.
    pub fn take_shutdown(&mut self) -> bool {
        !std::mem::replace(&mut self.shutdown_taken, true)
    }

    /// Notes that the host looks at the connection now; `false` if it has done so since the connection was touched.
    pub fn take_touched(&mut self, shared: &mut Shared) -> bool {
        let touched = std::mem::replace(&mut self.touched, false);
        if touched {
            self.rearm(shared);
        }
        touched
    }

    fn has_room(&self, shared: &Shared) -> bool {
        self.slots.len() < shared.config.max_pipelined as usize && self.output.unsent() < shared.config.max_unsent_bytes
    }

    pub fn receive(&mut self, bytes: &[u8], shared: &mut Shared, batch: &mut Batch<'_>) {
        if !self.inbox.is_empty() || self.held {
            self.inbox.extend_from_slice(bytes);
            if !self.held {
                self.take_up(shared, batch);
            }
            return;
        }
        let (used, stop) = self.consume(bytes, shared, batch);
        if let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            self.inbox = shared.pool.take();
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

    fn note_stop(&mut self, stop: Stop, shared: &mut Shared) {
        self.held = stop != Stop::NeedBytes;
        if stop == Stop::Budget {
            shared.queue(self);
        }
        if self.end_seen && !self.held {
            self.end_input(shared);
        }
        self.rearm(shared);
    }

    /// Takes the connection up again once there is room.
    fn release_pressure(&mut self, shared: &mut Shared) {
        if self.held && !self.queued && self.has_room(shared) {
            shared.queue(self);
        }
    }

    fn consume(&mut self, input: &[u8], shared: &mut Shared, batch: &mut Batch<'_>) -> (usize, Stop) {
        let mut at: usize = 0;
        loop {
            let rest = input.get(at..).unwrap_or_default();
            let step = match &mut self.input {
                Input::Closed => {
                    self.dropped_bytes = self.dropped_bytes.saturating_add(rest.len());
                    return (input.len(), Stop::NeedBytes);
                }
                Input::Head if rest.is_empty() => return (at, Stop::NeedBytes),
                Input::Head => self.read_head(rest, shared, batch),
                Input::Body(_) => self.read_body(rest, shared, batch),
                Input::Drain(_) => self.drain_body(rest, shared),
            };
            match step {
                Ok(used) => at = at.saturating_add(used),
                Err((used, stop)) => return (at.saturating_add(used), stop),
            }
        }
    }

    /// Whether another request may be taken now.
    fn admit(&mut self, shared: &Shared, batch: &Batch<'_>) -> Result<(), Stop> {
        if !self.has_room(shared) {
            return Err(Stop::Pressure);
        }
        if self.turn != shared.turn {
            self.turn = shared.turn;
            self.turn_requests = 0;
        }
        if batch.is_full() || self.turn_requests >= shared.config.max_requests_per_turn {
            return Err(Stop::Budget);
        }
        Ok(())
    }

    fn read_head(&mut self, rest: &[u8], shared: &mut Shared, batch: &mut Batch<'_>) -> Result<usize, (usize, Stop)> {
        if let [b'\r', b'\n', ..] | [b'\r'] = rest {
            if self.blank_lines >= MAX_BLANK_LINES {
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
        if self.scanned > 0 && !self.scan(rest, shared)? {
            return Ok(0);
        }
        let mut fields = std::mem::take(&mut shared.fields);
        let result = match parse_head(rest, &shared.config.head, &mut fields) {
            Ok(Some((head, end))) => {
                let (head_bytes, after) = rest.split_at_checked(end).unwrap_or_default();
                self.begin_request(&head, head_bytes, &fields, after, shared, batch)
                    .map(|used| end.saturating_add(used))
                    .ok_or((0, Stop::Budget))
            }
            // What came of the head is looked at once here, and from now on only what is new.
            Ok(None) => self.scan(rest, shared).map(|_| 0),
            Err(error) => {
                self.refuse(error.into(), shared);
                Ok(0)
            }
        };
        shared.fields = fields;
        if result.is_ok() {
            self.scanned = 0;
            self.blank_lines = 0;
            self.turn_requests = self.turn_requests.saturating_add(1);
        }
        result
    }

    /// Looks at what is new of an incomplete head; `false` when it was refused, an error while it stays incomplete.
    fn scan(&mut self, rest: &[u8], shared: &mut Shared) -> Result<bool, (usize, Stop)> {
        match scan_head(rest, self.scanned, &shared.config.head) {
            Ok(Scan::Complete(_)) => Ok(true),
            Ok(Scan::Incomplete(scanned)) => {
                self.scanned = scanned;
                Err((0, Stop::NeedBytes))
            }
            Err(error) => {
                self.refuse(error.into(), shared);
                Ok(false)
            }
        }
    }

    /// Routes a request; returns the bytes of `after` it used, `None` if the batch has no room for it.
    fn begin_request(
        &mut self,
        head: &RequestHead,
        head_bytes: &[u8],
        fields: &[FieldSpan],
        after: &[u8],
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> Option<usize> {
        let terms = Terms {
            head_only: head.method == Method::Head,
            close: !head.keep_alive,
            confirm_keep_alive: head.keep_alive && !head.http11,
        };
        let lookup = match head.target {
            Target::Path { path, .. } => shared.router.find(head.method, path.slice(head_bytes), &mut shared.captures),
            Target::Asterisk => Lookup::Options(MethodSet::ALL),
        };
        let route = match lookup {
            Lookup::Found(route) => route,
            other => {
                self.answer_without_route(other, head, terms, shared);
                return Some(0);
            }
        };
        if let BodyLength::Known(length) = head.body {
            if length > shared.config.max_body_bytes {
                self.answer_problem(Problem::BODY_TOO_LARGE, &[], Terms { close: true, ..terms }, shared);
                self.linger();
                return Some(0);
            }
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if let Some(body) = after.get(..length).filter(|body| body.len() <= INLINE_BODY_BYTES) {
                let record = Record {
                    slot: self.slot,
                    generation: self.generation,
                    sequence: self.next_sequence(),
                    route,
                    head,
                    head_bytes,
                    fields,
                    captures: &shared.captures,
                    body,
                    kept_body: 0,
                };
                if !batch.push(&record) {
                    return None;
                }
                self.expect_answer(terms, shared);
                if terms.close {
                    self.input = Input::Closed;
                }
                return Some(length);
            }
        }
        let sequence = self.next_sequence();
        self.expect_answer(terms, shared);
        let left = match head.body {
            BodyLength::Known(length) => BodyLeft::Known(length),
            BodyLength::Chunked => BodyLeft::Chunked(ChunkedDecoder::default()),
        };
        self.input = Input::Body(Box::new(Incoming {
            head: *head,
            head_bytes: head_bytes.to_vec(),
            fields: fields.to_vec(),
            captures: shared.captures.clone(),
            route,
            sequence,
            left,
            body: Vec::new(),
            complete: false,
            continue_due: head.expects_continue && after.is_empty(),
        }));
        self.since_ms = shared.now_ms;
        self.send_continue(shared);
        Some(0)
    }

    fn answer_without_route(&mut self, lookup: Lookup, head: &RequestHead, terms: Terms, shared: &mut Shared) {
        let drained = match head.body {
            BodyLength::Known(0) => None,
            BodyLength::Known(length) if length > MAX_DRAINED_BYTES => Some(Input::Closed),
            // A client that waits for 100 (Continue) may or may not send the body now: nobody can tell what follows.
            _ if head.expects_continue => Some(Input::Closed),
            BodyLength::Known(length) => Some(Input::Drain(BodyLeft::Known(length))),
            BodyLength::Chunked => Some(Input::Drain(BodyLeft::Chunked(ChunkedDecoder::default()))),
        };
        let close = terms.close || matches!(drained, Some(Input::Closed));
        let terms = Terms { close, ..terms };
        match lookup {
            Lookup::MethodNotAllowed(methods) => {
                let allow = format!("Allow: {methods}\r\n");
                self.answer_problem(Problem::METHOD_NOT_ALLOWED, allow.as_bytes(), terms, shared);
            }
            Lookup::Options(methods) => {
                let allow = format!("Allow: {methods}\r\n");
                let answer = Answer {
                    status: 204,
                    header_set: header_set::NONE,
                    fields: allow.as_bytes(),
                    body: Body::Bytes(&[]),
                    close: false,
                };
                self.answer_now(&answer, terms, shared);
            }
            Lookup::BadEncoding => self.answer_problem(Problem::PATH_ENCODING, &[], terms, shared),
            Lookup::NotFound | Lookup::Found(_) => self.answer_problem(Problem::NOT_FOUND, &[], terms, shared),
        }
        if close {
            self.linger();
        } else if let Some(input) = drained {
            self.input = input;
            self.since_ms = shared.now_ms;
        }
    }

    /// Reads into the body of a request; emits the request once it is complete.
    fn read_body(&mut self, rest: &[u8], shared: &mut Shared, batch: &mut Batch<'_>) -> Result<usize, (usize, Stop)> {
        let Input::Body(incoming) = &mut self.input else { return Ok(0) };
        let mut used: usize = 0;
        if !incoming.complete {
            if rest.is_empty() {
                return Err((0, Stop::NeedBytes));
            }
            let Incoming { left, body, complete, .. } = &mut **incoming;
            match left {
                BodyLeft::Known(length) => {
                    let take = usize::try_from(*length).unwrap_or(usize::MAX).min(rest.len());
                    body.extend_from_slice(rest.get(..take).unwrap_or_default());
                    *length = length.saturating_sub(take as u64);
                    *complete = *length == 0;
                    used = take;
                }
                BodyLeft::Chunked(decoder) => {
                    match decoder.decode(rest, shared.config.max_body_bytes, |content| body.extend_from_slice(content))
                    {
                        Ok(progress) => {
                            used = progress.consumed;
                            *complete = progress.done;
                        }
                        Err(error) => {
                            let sequence = incoming.sequence;
                            self.fail_incoming(sequence, chunked_problem(error), shared);
                            return Ok(rest.len());
                        }
                    }
                }
            }
            if !*complete {
                return Err((used, Stop::NeedBytes));
            }
        }
        let kept = incoming.body.len() > INLINE_BODY_BYTES;
        let record = Record {
            slot: self.slot,
            generation: self.generation,
            sequence: incoming.sequence,
            route: incoming.route,
            head: &incoming.head,
            head_bytes: &incoming.head_bytes,
            fields: &incoming.fields,
            captures: &incoming.captures,
            body: if kept { &[] } else { &incoming.body },
            kept_body: if kept { incoming.body.len() } else { 0 },
        };
        if !batch.push(&record) {
            return Err((used, Stop::Budget));
        }
        let body = std::mem::take(&mut incoming.body);
        let index = incoming.sequence.wrapping_sub(self.first) as usize;
        let closes = if let Some(slot) = self.slots.get_mut(index) {
            slot.since_ms = shared.now_ms;
            slot.body = kept.then(|| body.into_boxed_slice());
            slot.terms.close
        } else {
            false
        };
        self.input = if closes { Input::Closed } else { Input::Head };
        Ok(used)
    }

    fn drain_body(&mut self, rest: &[u8], shared: &mut Shared) -> Result<usize, (usize, Stop)> {
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
            BodyLeft::Chunked(decoder) => match decoder.decode(rest, MAX_DRAINED_BYTES, |_| {}) {
                Ok(progress) => (progress.consumed, progress.done),
                Err(_) => {
                    // The answer has been given; the connection ends behind it.
                    self.last_written |= self.slots.is_empty();
                    if let Some(slot) = self.slots.back_mut() {
                        slot.terms.close = true;
                    }
                    self.linger();
                    shared.touch(self);
                    return Ok(rest.len());
                }
            },
        };
        if done {
            self.input = Input::Head;
        }
        Ok(used)
    }

    fn next_sequence(&self) -> u32 {
        self.first.wrapping_add(u32::try_from(self.slots.len()).unwrap_or(u32::MAX))
    }

    fn expect_answer(&mut self, terms: Terms, shared: &mut Shared) {
        self.used = true;
        shared.counters.requests = shared.counters.requests.wrapping_add(1);
        self.slots.push_back(Slot { answer: None, terms, since_ms: shared.now_ms, body: None });
    }

    /// Answers the request that was just read, in its place behind those before it.
    fn answer_now(&mut self, answer: &Answer<'_>, terms: Terms, shared: &mut Shared) {
        let sequence = self.next_sequence();
        self.expect_answer(terms, shared);
        shared.counters.native_answers = shared.counters.native_answers.wrapping_add(1);
        self.answer(sequence, answer, shared);
    }

    fn answer_problem(&mut self, problem: Problem, fields: &[u8], terms: Terms, shared: &mut Shared) {
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

    /// Answers bytes that are no request, and reads no further one.
    fn refuse(&mut self, problem: Problem, shared: &mut Shared) {
        shared.counters.refused = shared.counters.refused.wrapping_add(1);
        self.answer_problem(problem, &[], Terms { close: true, ..Terms::default() }, shared);
        self.linger();
    }

    fn fail_incoming(&mut self, sequence: u32, problem: Problem, shared: &mut Shared) {
        shared.counters.refused = shared.counters.refused.wrapping_add(1);
        self.linger();
        self.answer_sequence_with_problem(sequence, problem, shared);
    }

    /// Takes no further request and reads on for a while, so that closing does not reset the last answer away.
    fn linger(&mut self) {
        self.input = Input::Closed;
        self.lingering = true;
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
        let Some(slot) = self.slots.get_mut(index).filter(|slot| slot.answer.is_none()) else {
            shared.counters.dropped_answers = shared.counters.dropped_answers.wrapping_add(1);
            if let Body::Reference { id, .. } = answer.body {
                shared.released.push(id);
            }
            return Outcome::Gone;
        };
        slot.terms.close |= answer.close || (shared.draining && is_last && self.inbox.is_empty());
        slot.body = None;
        let terms = slot.terms;
        let mut outcome = Outcome::Accepted;
        let Shared { pool, date, released, .. } = shared;
        let mut write = |out: &mut Vec<u8>| match write_answer(answer, terms, date, out) {
            Ok(by_reference) => match answer.body {
                Body::Reference { id, length } if by_reference => Some((id, length)),
                Body::Reference { id, .. } => {
                    released.push(id);
                    None
                }
                Body::Bytes(_) => None,
            },
            Err(_) => {
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
        if index == 0 {
            let reference = self.output.append(|| pool.take(), &mut write);
            self.finish_first(reference, terms);
        } else {
            let mut bytes = pool.take();
            let reference = write(&mut bytes);
            slot.answer = Some(Box::new(Ready { bytes, reference }));
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

    fn finish_first(&mut self, reference: Option<(u32, usize)>, terms: Terms) {
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
    fn write_ready(&mut self, shared: &mut Shared) {
        while !self.last_written {
            let Some(slot) = self.slots.front_mut() else { break };
            let Some(ready) = slot.answer.take() else { break };
            let terms = slot.terms;
            self.output.append(|| shared.pool.take(), |out| out.extend_from_slice(&ready.bytes));
            shared.pool.give(ready.bytes);
            self.finish_first(ready.reference, terms);
        }
        if self.last_written {
            self.drop_pending(shared);
        }
    }

    /// Drops every request that will not be answered any more.
    fn drop_pending(&mut self, shared: &mut Shared) {
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
    fn send_continue(&mut self, shared: &mut Shared) {
        let Input::Body(incoming) = &mut self.input else { return };
        if incoming.continue_due && incoming.sequence == self.first && !incoming.complete {
            incoming.continue_due = false;
            self.output.append(|| shared.pool.take(), |out| out.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n"));
            shared.touch(self);
        }
    }

    /// The body of a request that is too long for its record.
    pub fn kept_body(&self, sequence: u32) -> Option<&[u8]> {
        self.slots.get(sequence.wrapping_sub(self.first) as usize)?.body.as_deref()
    }

    /// The peer sends no more bytes; requests already read are still answered.
    pub fn end(&mut self, shared: &mut Shared) {
        self.end_seen = true;
        if !self.held {
            self.end_input(shared);
        }
        self.rearm(shared);
        shared.touch(self);
    }

    /// Ends the input behind the last byte that can be parsed.
    fn end_input(&mut self, shared: &mut Shared) {
        if let Input::Body(incoming) = &self.input
            && !incoming.complete
        {
            // The request will never be complete, so it has no answer.
            self.slots.pop_back();
        }
        shared.pool.give(std::mem::take(&mut self.inbox));
        self.inbox_at = 0;
        self.input = Input::Closed;
    }

    /// Notes that the host has sent bytes, or that those in flight have arrived.
    pub fn sent(&mut self, shared: &mut Shared) {
        self.progress_ms = shared.now_ms;
        self.release_pressure(shared);
        self.rearm(shared);
    }

    /// Ends idle connections and lets busy ones finish what they have; `idle_until_ms` is when an idle one closes.
    pub fn drain(&mut self, idle_until_ms: u64, shared: &mut Shared) {
        if self.phase == Phase::Idle || (self.phase == Phase::Head && !self.used && self.inbox.is_empty()) {
            self.deadline_ms = self.deadline_ms.min(idle_until_ms);
            shared.file(self);
        }
    }

    /// Whether nothing is under way in either direction.
    pub fn is_idle(&self) -> bool {
        self.slots.is_empty()
            && self.output.unsent() == 0
            && self.inbox.is_empty()
            && matches!(self.input, Input::Head | Input::Closed)
    }

    /// Sets phase and deadline from what the connection waits for.
    pub fn rearm(&mut self, shared: &mut Shared) {
        let config = &shared.config;
        let (phase, since, limit) = if self.output.unsent() > 0 && self.output.in_flight() {
            (Phase::Send, self.progress_ms, config.send_timeout_ms)
        } else if self.last_written {
            (Phase::Linger, shared.now_ms, LINGER_MS)
        } else if let (Some(slot), false) = (self.slots.front(), self.first_is_incoming()) {
            (Phase::Handler, slot.since_ms, config.handler_timeout_ms)
        } else if matches!(self.input, Input::Body(_) | Input::Drain(_)) {
            (Phase::Body, self.since_ms, config.body_timeout_ms)
        } else if !self.inbox.is_empty() || !self.used {
            if self.phase != Phase::Head {
                self.since_ms = shared.now_ms;
            }
            (Phase::Head, self.since_ms, config.head_timeout_ms)
        } else {
            (Phase::Idle, shared.now_ms, shared.idle_timeout_ms())
        };
        if phase == Phase::Linger && self.phase == Phase::Linger {
            return;
        }
        self.phase = phase;
        self.deadline_ms = since.saturating_add(limit);
        shared.file(self);
    }

    fn first_is_incoming(&self) -> bool {
        matches!(&self.input, Input::Body(incoming) if incoming.sequence == self.first)
    }

    /// Acts on a deadline that has passed; `true` when the host must drop the connection without another word.
    pub fn expire(&mut self, shared: &mut Shared) -> bool {
        shared.counters.timeouts = shared.counters.timeouts.wrapping_add(1);
        match self.phase {
            Phase::Idle | Phase::Linger | Phase::Send => true,
            Phase::Head if self.inbox.is_empty() => true,
            Phase::Head => {
                self.refuse(Problem::REQUEST_TIMEOUT, shared);
                false
            }
            Phase::Body => {
                if let Input::Body(incoming) = &self.input {
                    let sequence = incoming.sequence;
                    self.fail_incoming(sequence, Problem::REQUEST_TIMEOUT, shared);
                    false
                } else {
                    true
                }
            }
            Phase::Handler => {
                let first = self.first;
                self.linger();
                self.answer_sequence_with_problem(first, Problem::HANDLER_TIMEOUT, shared);
                false
            }
        }
    }

    /// Gives everything back before the connection is forgotten.
    pub fn dispose(&mut self, shared: &mut Shared) {
        shared.counters.abandoned = shared.counters.abandoned.wrapping_add(self.slots.len() as u64);
        self.drop_pending(shared);
        let Shared { pool, released, .. } = shared;
        self.output.clear(|id| released.push(id), |buffer| pool.give(buffer));
        pool.give(std::mem::take(&mut self.inbox));
    }
}

fn chunked_problem(error: ChunkedError) -> Problem {
    match error {
        ChunkedError::Malformed => Problem::CHUNKED,
        ChunkedError::TooLarge => Problem::BODY_TOO_LARGE,
        ChunkedError::TrailersTooLarge => Problem::TRAILERS_TOO_LARGE,
    }
}
