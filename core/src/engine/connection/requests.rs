//! From heads to requests: routed, answered on the way where JavaScript is not needed, else made a record.

use std::rc::Rc;

use super::super::admission::Decision;
use super::super::answer::{Answer, Body, Terms};
use super::super::batch::{Batch, Checked, Record};
use super::super::hot_files::FileAnswer;
use super::super::layout::{INLINE_BODY_BYTES, header_set};
use super::super::miss::Verdict;
use super::super::observe::NO_ROUTE;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::slot::{Held, Parked};
use super::watch::Asked;
use super::{BodyLeft, Connection, Incoming, Input};
use crate::files::FileTime;
use crate::http::{BodyLength, ChunkedDecoder, FieldSpan, Method, MethodSet, RequestHead, Target};
use crate::input::BodyCheck;
use crate::router::{Circumstances, Lookup, Router};

/// A head that was parsed.
#[derive(Clone, Copy)]
pub(super) struct Parsed<'a> {
    pub head: &'a RequestHead,
    /// The head as it came.
    pub head_bytes: &'a [u8],
    pub fields: &'a [FieldSpan],
}

/// A request whose body is there, or will not be read.
pub(super) struct Whole<'a> {
    pub verdict: Verdict,
    pub body: &'a [u8],
    pub checked: &'a Checked,
}

/// A body that is about to arrive.
pub(super) struct Arriving {
    /// Bytes of it are there.
    pub has_begun: bool,
    pub max_bytes: u64,
    /// Its handler reads it while it arrives.
    pub streams: bool,
    pub check: Option<Box<BodyCheck>>,
}

impl Connection {
    /// Routes a request; returns the bytes of `after` it used, `None` if the batch has no room for it.
    pub(super) fn begin_request(
        &mut self,
        parsed: Parsed<'_>,
        after: &[u8],
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> Option<usize> {
        let Parsed { head, head_bytes, .. } = parsed;
        let terms = Terms {
            head_only: head.method == Method::Head,
            close: !head.keep_alive || self.is_old(shared),
            confirm_keep_alive: head.keep_alive && !head.http11,
            http10: !head.http11,
        };
        let (lookup, path) = match head.target {
            Target::Path { path, .. } => {
                let path = path.slice(head_bytes);
                let circumstances = circumstances_of(&shared.router, head_bytes, parsed.fields);
                (shared.router.find_under(head.method, path, circumstances, &mut shared.captures), path)
            }
            Target::Asterisk => (Lookup::Options(MethodSet::ALL), &b"*"[..]),
        };
        let mut asked = Asked { terms, route: NO_ROUTE, method: Some(head.method), token: &[], path };
        let mut verdict = Verdict::default();
        match lookup {
            Lookup::Found(route) => {
                asked.route = route;
                if !shared.hot_files.is_empty() && self.answer_with_file(parsed, &asked, shared) {
                    if terms.close {
                        self.linger();
                    }
                    return Some(0);
                }
            }
            other => {
                let misses = shared.misses.filter(|_| matches!(head.target, Target::Path { .. }));
                let Some((misses, found)) = misses.and_then(|misses| Some((misses, misses.verdict(other)?))) else {
                    self.answer_without_route(other, head, &asked, shared);
                    return Some(0);
                };
                shared.captures.clear();
                asked.route = misses.route;
                verdict = found;
            }
        }
        let rules = shared.admission.rules(asked.route);
        let max_bytes = rules.max_body_bytes.unwrap_or(shared.config.max_body_bytes);
        if !shared.inputs.is_empty()
            && verdict.status == 0
            && !matches!(head.body, BodyLength::Known(length) if length > max_bytes)
            && let Some(input) = shared.input(asked.route)
        {
            return self.begin_checked(parsed, &asked, &input, after, max_bytes, shared, batch);
        }
        let whole: Option<&[u8]> = match head.body {
            BodyLength::Known(length) if length > max_bytes => {
                asked.terms.close = true;
                if !rules.asks_too_large {
                    self.answer_problem(Problem::BODY_TOO_LARGE, &[], &asked, shared);
                    self.linger();
                    return Some(0);
                }
                verdict = Verdict::TOO_LARGE;
                Some(&[])
            }
            BodyLength::Known(length) => {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                after.get(..length).filter(|body| body.len() <= INLINE_BODY_BYTES)
            }
            BodyLength::Chunked => None,
        };
        if let Some(body) = whole {
            let whole = Whole { verdict, body, checked: Checked::NOT };
            return self.begin_whole(parsed, &asked, &whole, shared, batch).then_some(body.len());
        }
        let streams = shared.admission.rules(asked.route).streams_body || is_form_data(head_bytes, parsed.fields);
        let request = self.hold(parsed, asked.route, verdict, Checked::default(), shared);
        self.begin_body(
            request,
            &asked,
            Arriving { has_begun: !after.is_empty(), max_bytes, streams, check: None },
            shared,
        );
        Some(0)
    }

    /// Begins a request whose body is there, or will not be read; `false` if the batch has no room for it.
    pub(super) fn begin_whole(
        &mut self,
        parsed: Parsed<'_>,
        asked: &Asked<'_>,
        whole: &Whole<'_>,
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> bool {
        let Parsed { head, head_bytes, fields } = parsed;
        let Whole { verdict, body, checked } = *whole;
        let Asked { terms, route, .. } = *asked;
        let is_kept = body.len() > INLINE_BODY_BYTES;
        match shared.admission.decide(route, shared.handler_timeout_ms(route)) {
            Decision::Run => {
                let sequence = self.next_sequence();
                let watched = shared.next_watched();
                let record = Record {
                    slot: self.slot,
                    generation: self.generation,
                    sequence,
                    route,
                    head,
                    head_bytes,
                    fields,
                    captures: &shared.captures,
                    body: if is_kept { &[] } else { body },
                    kept_body: if is_kept { body.len() } else { 0 },
                    streams: false,
                    verdict,
                    checked,
                    watched,
                };
                if !batch.push(&record) {
                    return false;
                }
                shared.admission.enter(route);
                self.expect_answer(asked, shared);
                if let Some(slot) = self.slots.back_mut() {
                    slot.admitted = true;
                    if is_kept {
                        slot.more().body = Some(body.into());
                        self.waiting_bytes = self.waiting_bytes.saturating_add(body.len());
                    }
                }
                self.note_number(sequence, watched);
            }
            Decision::Wait => {
                let request = self.hold(parsed, route, verdict, checked.clone(), shared);
                let body = body.to_vec();
                self.expect_answer(asked, shared);
                self.park(Parked { request, body, streams: false }, shared);
            }
            Decision::Shed => {
                self.answer_problem(Problem::OVERLOADED, b"Retry-After: 1\r\n", asked, shared);
            }
        }
        if terms.close {
            // What a client sends behind its last request must not reset the answer away (RFC 9112 §9.6).
            self.input = Input::Closed;
            self.lingering = true;
        }
        true
    }

    /// Answers with a file that is in memory; `false` when JavaScript must look for it.
    fn answer_with_file(
        &mut self,
        Parsed { head, head_bytes, fields }: Parsed<'_>,
        asked: &Asked<'_>,
        shared: &mut Shared,
    ) -> bool {
        let Some(Some(files)) = shared.hot_files.get(asked.route as usize) else { return false };
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
        files.answer(raw, asked.terms.head_only, (head_bytes, fields), moment, |found| match found {
            Ok(file) => {
                let answer = Answer {
                    status: 200,
                    header_set: header_set::NONE,
                    fields: file.fields().as_bytes(),
                    body: Body::Bytes(file.bytes()),
                    close: false,
                };
                self.answer_now(&answer, asked, shared);
            }
            Err(FileAnswer { fields, problem: Some(problem), .. }) => {
                self.answer_problem(problem, fields.as_bytes(), asked, shared);
            }
            Err(FileAnswer { status, fields, body, .. }) => {
                let body = Body::Bytes(&body);
                let fields = fields.as_bytes();
                let answer = Answer { status, header_set: header_set::NONE, fields, body, close: false };
                self.answer_now(&answer, asked, shared);
            }
        })
    }

    /// Keeps a request with everything its record needs.
    pub(super) fn hold(
        &self,
        Parsed { head, head_bytes, fields }: Parsed<'_>,
        route: u32,
        verdict: Verdict,
        checked: Checked,
        shared: &Shared,
    ) -> Box<Held> {
        Box::new(Held {
            head: *head,
            head_bytes: head_bytes.to_vec(),
            fields: fields.to_vec(),
            captures: shared.captures.clone(),
            route,
            sequence: self.next_sequence(),
            verdict,
            checked,
        })
    }

    /// Begins a request whose body is not there yet, or is long.
    pub(super) fn begin_body(
        &mut self,
        request: Box<Held>,
        asked: &Asked<'_>,
        arriving: Arriving,
        shared: &mut Shared,
    ) {
        let Arriving { has_begun, max_bytes, streams, check } = arriving;
        let head = request.head;
        let sequence = request.sequence;
        self.expect_answer(asked, shared);
        let left = match head.body {
            BodyLength::Known(length) => BodyLeft::Known(length),
            BodyLength::Chunked => BodyLeft::Chunked(ChunkedDecoder::new(shared.config.chunked)),
        };
        let too_long = matches!(head.body, BodyLength::Known(length) if length > shared.config.max_buffered_body_bytes);
        let streams = streams || (too_long && check.is_none());
        let mut incoming = Box::new(Incoming {
            sequence,
            request: Some(request),
            left,
            max_bytes,
            body: Vec::new(),
            check,
            complete: false,
            streams: false,
            continue_due: head.expects_continue && !has_begun,
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
        asked: &Asked<'_>,
        shared: &mut Shared,
    ) {
        let terms = asked.terms;
        let drained = unread(head, shared);
        let close = terms.close || matches!(drained, Some(Input::Closed));
        let asked = &Asked { terms: Terms { close, ..terms }, ..*asked };
        let arena = Rc::clone(&shared.arena);
        match lookup {
            Lookup::MethodNotAllowed(methods) => {
                let allow = arena.text_or_heap(format_args!("Allow: {methods}\r\n"));
                self.answer_problem(Problem::METHOD_NOT_ALLOWED, allow.as_bytes(), asked, shared);
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
                self.answer_now(&answer, asked, shared);
            }
            Lookup::BadEncoding => self.answer_problem(Problem::PATH_ENCODING, &[], asked, shared),
            Lookup::NotFound | Lookup::Found(_) => self.answer_problem(Problem::NOT_FOUND, &[], asked, shared),
        }
        if close {
            self.linger();
        } else if let (Some(input), false) = (drained, matches!(self.input, Input::Closed)) {
            self.input = input;
            self.since_ms = shared.now_ms;
        }
    }
}

/// What becomes of the body of a request that is answered without it; `None` if it has none.
pub(super) fn unread(head: &RequestHead, shared: &Shared) -> Option<Input> {
    match head.body {
        BodyLength::Known(0) => None,
        BodyLength::Known(length) if length > shared.config.max_drained_bytes => Some(Input::Closed),
        // A client that waits for 100 (Continue) may or may not send the body now: nobody can tell what follows.
        _ if head.expects_continue => Some(Input::Closed),
        BodyLength::Known(length) => Some(Input::Drain(BodyLeft::Known(length))),
        BodyLength::Chunked => Some(Input::Drain(BodyLeft::Chunked(ChunkedDecoder::new(shared.config.chunked)))),
    }
}

/// Whether a body is made of parts, which are read one by one and never as a whole (RFC 7578).
pub(super) fn is_form_data(head_bytes: &[u8], fields: &[FieldSpan]) -> bool {
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
