//! From bytes to requests: heads, routes, and what is answered on the way without JavaScript.

use std::rc::Rc;

use super::super::admission::Decision;
use super::super::answer::{Answer, Body, Terms};
use super::super::batch::{Batch, Record};
use super::super::config::REQUESTS_PER_VISIT;
use super::super::hot_files::FileAnswer;
use super::super::layout::{INLINE_BODY_BYTES, header_set};
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::slot::{Held, Parked};
use super::{BodyLeft, Connection, Incoming, Input, Stop};
use crate::files::FileTime;
use crate::http::{
    BodyLength, ChunkedDecoder, FieldSpan, HeadError, HeadScan, Method, MethodSet, RequestHead, Target, parse_head,
};
use crate::router::{Circumstances, Lookup, Router};

impl Connection {
    pub fn receive(&mut self, bytes: &[u8], shared: &mut Shared, batch: &mut Batch<'_>) {
        if matches!(self.input, Input::Closed) {
            self.dropped_bytes = self.dropped_bytes.saturating_add(bytes.len());
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
                    self.dropped_bytes = self.dropped_bytes.saturating_add(rest.len());
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
                self.begin_request(&head, head_bytes, &fields, after, shared, batch)
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

    /// Routes a request; returns the bytes of `after` it used, `None` if the batch has no room for it.
    pub(super) fn begin_request(
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
            close: !head.keep_alive || self.is_old(shared),
            confirm_keep_alive: head.keep_alive && !head.http11,
            http10: !head.http11,
        };
        let lookup = match head.target {
            Target::Path { path, .. } => {
                let circumstances = circumstances_of(&shared.router, head_bytes, fields);
                let path = path.slice(head_bytes);
                shared.router.find_under(head.method, path, circumstances, &mut shared.captures)
            }
            Target::Asterisk => Lookup::Options(MethodSet::ALL),
        };
        let route = match lookup {
            Lookup::Found(route) => route,
            other => {
                self.answer_without_route(other, head, terms, shared);
                return Some(0);
            }
        };
        if !shared.hot_files.is_empty() && self.answer_with_file(route, head, (head_bytes, fields), terms, shared) {
            if terms.close {
                self.linger();
            }
            return Some(0);
        }
        let rules = *shared.admission.rules(route);
        let max_bytes = rules.max_body_bytes.unwrap_or(shared.config.max_body_bytes);
        if let BodyLength::Known(length) = head.body {
            if length > max_bytes {
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
                    streams: false,
                };
                match shared
                    .admission
                    .decide(route, rules.handler_timeout_ms.unwrap_or(shared.config.handler_timeout_ms))
                {
                    Decision::Run if batch.push(&record) => {
                        shared.admission.enter(route);
                        self.expect_answer(terms, route, shared);
                        if let Some(slot) = self.slots.back_mut() {
                            slot.admitted = true;
                        }
                    }
                    Decision::Run => return None,
                    Decision::Wait => {
                        let request = self.hold(head, head_bytes, fields, route, shared);
                        let body = body.to_vec();
                        self.expect_answer(terms, route, shared);
                        self.park(Parked { request, body, streams: false }, shared);
                    }
                    Decision::Shed => {
                        self.answer_problem(Problem::OVERLOADED, b"Retry-After: 1\r\n", terms, shared);
                    }
                }
                if terms.close {
                    // What a client sends behind its last request must not reset the answer away (RFC 9112 §9.6).
                    self.input = Input::Closed;
                    self.lingering = true;
                }
                return Some(length);
            }
        }
        self.begin_body(head, head_bytes, fields, after, (terms, route, max_bytes), shared);
        Some(0)
    }

    /// Answers with a file that is in memory; `false` when JavaScript must look for it.
    fn answer_with_file(
        &mut self,
        route: u32,
        head: &RequestHead,
        (head_bytes, fields): (&[u8], &[FieldSpan]),
        terms: Terms,
        shared: &mut Shared,
    ) -> bool {
        let Some(Some(files)) = shared.hot_files.get(route as usize) else { return false };
        let (Target::Path { path, .. }, BodyLength::Known(0)) = (head.target, head.body) else { return false };
        if !matches!(head.method, Method::Get | Method::Head) {
            return false;
        }
        // A route for files ends with a wildcard: what it took is the path below the directory.
        let Some(rest) = shared.captures.as_slice().last() else { return false };
        let path = path.slice(head_bytes);
        let raw = path.get(rest.start as usize..).unwrap_or_default();
        let files = Rc::clone(files);
        let now = FileTime { seconds: i64::try_from(shared.unix_seconds).unwrap_or(i64::MAX), nanos: 0 };
        let moment = (shared.turn, now);
        files.answer(raw, terms.head_only, (head_bytes, fields), moment, |found| match found {
            Ok(file) => {
                let answer = Answer {
                    status: 200,
                    header_set: header_set::NONE,
                    fields: file.fields().as_bytes(),
                    body: Body::Bytes(file.bytes()),
                    close: false,
                };
                self.answer_now(&answer, terms, shared);
            }
            Err(FileAnswer { fields, problem: Some(problem), .. }) => {
                self.answer_problem(problem, fields.as_bytes(), terms, shared);
            }
            Err(FileAnswer { status, fields, body, .. }) => {
                let body = Body::Bytes(&body);
                let fields = fields.as_bytes();
                let answer = Answer { status, header_set: header_set::NONE, fields, body, close: false };
                self.answer_now(&answer, terms, shared);
            }
        })
    }

    /// Keeps a request with everything its record needs.
    fn hold(
        &self,
        head: &RequestHead,
        head_bytes: &[u8],
        fields: &[FieldSpan],
        route: u32,
        shared: &Shared,
    ) -> Box<Held> {
        Box::new(Held {
            head: *head,
            head_bytes: head_bytes.to_vec(),
            fields: fields.to_vec(),
            captures: shared.captures.clone(),
            route,
            sequence: self.next_sequence(),
        })
    }

    /// Begins a request whose body is not there yet, or is long.
    fn begin_body(
        &mut self,
        head: &RequestHead,
        head_bytes: &[u8],
        fields: &[FieldSpan],
        after: &[u8],
        (terms, route, max_bytes): (Terms, u32, u64),
        shared: &mut Shared,
    ) {
        let request = self.hold(head, head_bytes, fields, route, shared);
        let sequence = request.sequence;
        self.expect_answer(terms, route, shared);
        let left = match head.body {
            BodyLength::Known(length) => BodyLeft::Known(length),
            BodyLength::Chunked => BodyLeft::Chunked(ChunkedDecoder::new(shared.config.chunked)),
        };
        let too_long = matches!(head.body, BodyLength::Known(length) if length > shared.config.max_buffered_body_bytes);
        let streams = too_long || shared.admission.rules(route).streams_body || is_form_data(head_bytes, fields);
        let mut incoming = Box::new(Incoming {
            sequence,
            request: Some(request),
            left,
            max_bytes,
            body: Vec::new(),
            complete: false,
            streams: false,
            continue_due: head.expects_continue && after.is_empty(),
            since_ms: shared.now_ms,
            progress_ms: shared.now_ms,
            received: 0,
            paused_ms: 0,
            paused_since_ms: None,
        });
        if streams {
            self.begin_window(&mut incoming);
        }
        self.input = Input::Body(incoming);
        self.send_continue(shared);
    }

    pub(super) fn answer_without_route(
        &mut self,
        lookup: Lookup,
        head: &RequestHead,
        terms: Terms,
        shared: &mut Shared,
    ) {
        let drained = match head.body {
            BodyLength::Known(0) => None,
            BodyLength::Known(length) if length > shared.config.max_drained_bytes => Some(Input::Closed),
            // A client that waits for 100 (Continue) may or may not send the body now: nobody can tell what follows.
            _ if head.expects_continue => Some(Input::Closed),
            BodyLength::Known(length) => Some(Input::Drain(BodyLeft::Known(length))),
            BodyLength::Chunked => Some(Input::Drain(BodyLeft::Chunked(ChunkedDecoder::new(shared.config.chunked)))),
        };
        let close = terms.close || matches!(drained, Some(Input::Closed));
        let terms = Terms { close, ..terms };
        let arena = Rc::clone(&shared.arena);
        match lookup {
            Lookup::MethodNotAllowed(methods) => {
                let allow = arena.text_or_heap(format_args!("Allow: {methods}\r\n"));
                self.answer_problem(Problem::METHOD_NOT_ALLOWED, allow.as_bytes(), terms, shared);
            }
            Lookup::Options(methods) => {
                let allow = arena.text_or_heap(format_args!("Allow: {methods}\r\n"));
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
        } else if let (Some(input), false) = (drained, matches!(self.input, Input::Closed)) {
            self.input = input;
            self.since_ms = shared.now_ms;
        }
    }

    /// Answers bytes that are no request, and reads no further one.
    pub(super) fn refuse(&mut self, problem: Problem, shared: &mut Shared) {
        self.refuse_on(problem, &[], Terms::default(), shared);
    }

    /// Answers a head that is refused; if it is one to HEAD, without content (RFC 9110 §9.3.2).
    fn refuse_head(&mut self, head: &[u8], error: HeadError, shared: &mut Shared) {
        let head_only = head.starts_with(b"HEAD ");
        // A 405 lists what is allowed (RFC 9110 §15.5.6), which for the other end of a tunnel is nothing.
        let fields: &[u8] = if error == HeadError::Connect { b"Allow: \r\n" } else { &[] };
        self.refuse_on(error.into(), fields, Terms { head_only, ..Terms::default() }, shared);
    }

    fn refuse_on(&mut self, problem: Problem, fields: &[u8], terms: Terms, shared: &mut Shared) {
        shared.counters.refused = shared.counters.refused.wrapping_add(1);
        self.answer_problem(problem, fields, Terms { close: true, ..terms }, shared);
        self.linger();
    }
}

/// Whether a body is made of parts, which are read one by one and never as a whole (RFC 7578).
fn is_form_data(head_bytes: &[u8], fields: &[FieldSpan]) -> bool {
    const FORM_DATA: &[u8] = b"multipart/form-data";
    fields.iter().any(|field| {
        field.name.slice(head_bytes).eq_ignore_ascii_case(b"content-type")
            && field
                .value
                .slice(head_bytes)
                .get(..FORM_DATA.len())
                .is_some_and(|kind| kind.eq_ignore_ascii_case(FORM_DATA))
    })
}

/// What conditional routes ask about, where there are any.
fn circumstances_of<'h>(router: &Router, head_bytes: &'h [u8], fields: &[FieldSpan]) -> Circumstances<'h> {
    if !router.is_conditional() {
        return Circumstances::default();
    }
    let value = |name: &[u8]| {
        let field = fields.iter().find(|field| field.name.slice(head_bytes).eq_ignore_ascii_case(name))?;
        Some(field.value.slice(head_bytes))
    };
    let version = if router.is_versioned() { value(b"accept-version") } else { None };
    Circumstances { host: value(b"host"), version }
}
