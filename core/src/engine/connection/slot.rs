//! The place of one request in the order of its connection.

use super::super::answer::{Framing, Terms};
use super::super::layout::INLINE_BODY_BYTES;
use super::super::miss::Verdict;
use super::super::problem::Problem;
use super::super::shared::Shared;
use crate::engine::{Checked, Record};
use crate::http::{FieldSpan, RequestHead};
use crate::router::Captures;

/// A request that is not answered yet, or whose answer is not complete or waits for an earlier one.
#[derive(Debug)]
pub struct Slot {
    /// The answer, or its beginning, while an earlier request is unanswered.
    pub answer: Option<Box<Ready>>,
    /// What most requests never have.
    pub more: Option<Box<More>>,
    pub terms: Terms,
    pub since_ms: u64,
    pub route: u32,
    /// By which JavaScript watches the request; 0 if it does not.
    pub token: u32,
    /// Whether it holds a place of its route and of the server.
    pub admitted: bool,
}

/// What a request has when it is more than a head, a short body and an answer in one piece.
#[derive(Debug, Default)]
pub struct More {
    /// A body too long for its record, until the answer is there.
    pub body: Option<Box<[u8]>>,
    /// The body of a request whose handler runs while it arrives.
    pub window: Option<Window>,
    /// The request itself, while it waits for a place.
    pub parked: Option<Parked>,
    /// An answer that is written step by step.
    pub out: Option<Outgoing>,
}

/// What has come of a body and was not read yet.
#[derive(Debug, Default)]
pub struct Window {
    pub bytes: Vec<u8>,
    pub complete: bool,
    /// Why the rest will never come.
    pub failed: Option<Failure>,
    /// Whether the handler waits for bytes.
    pub waiting: bool,
}

/// Why a body ends before it is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It broke a rule or a limit.
    Refused(Problem),
    /// Its client has ended.
    Ended,
}

/// An answer under way.
#[derive(Debug)]
pub struct Outgoing {
    pub framing: Framing,
    /// The last byte was given.
    pub ended: bool,
    /// Whether the handler waits until it may write again.
    pub waiting: bool,
}

/// A request with everything its record needs.
#[derive(Debug)]
pub struct Held {
    pub head: RequestHead,
    pub head_bytes: Vec<u8>,
    pub fields: Vec<FieldSpan>,
    pub captures: Captures,
    pub route: u32,
    pub sequence: u32,
    pub verdict: Verdict,
    pub checked: Checked,
}

/// A request that is ready to run.
#[derive(Debug)]
pub struct Parked {
    pub request: Box<Held>,
    pub body: Vec<u8>,
    /// Whether the body is read from a window.
    pub streams: bool,
}

/// An answer that waits for its turn.
#[derive(Debug)]
pub struct Ready {
    pub bytes: Vec<u8>,
    pub reference: Option<(u32, usize)>,
}

impl Ready {
    pub fn len(&self) -> usize {
        self.bytes.len().saturating_add(self.reference.map_or(0, |(_, length)| length))
    }
}

impl Parked {
    pub fn is_kept(&self) -> bool {
        self.body.len() > INLINE_BODY_BYTES
    }

    /// The record that JavaScript gets.
    pub fn record(&self, slot: u32, generation: u32, watched: u32) -> Record<'_> {
        let Held { head, head_bytes, fields, captures, route, sequence, verdict, checked } = &*self.request;
        let kept = self.is_kept();
        Record {
            slot,
            generation,
            sequence: *sequence,
            route: *route,
            head,
            head_bytes,
            fields,
            captures,
            body: if kept { &[] } else { &self.body },
            kept_body: if kept { self.body.len() } else { 0 },
            streams: self.streams,
            verdict: *verdict,
            checked,
            watched,
        }
    }
}

impl Slot {
    pub fn new(terms: Terms, route: u32, since_ms: u64) -> Self {
        Self { answer: None, more: None, terms, since_ms, route, token: 0, admitted: false }
    }

    pub fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    pub fn out(&mut self) -> Option<&mut Outgoing> {
        self.more.as_mut()?.out.as_mut()
    }

    pub fn window(&mut self) -> Option<&mut Window> {
        self.more.as_mut()?.window.as_mut()
    }

    /// Whether an answer is being written step by step.
    pub fn is_writing(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.out.as_ref().is_some_and(|out| !out.ended))
    }

    /// Whether nothing more is to be said to it.
    pub fn is_answered(&self) -> bool {
        self.answer.is_some() && !self.is_writing()
    }

    pub fn is_parked(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.parked.is_some())
    }

    /// The head of the answer is written, and its body follows step by step.
    pub fn begin_writing(&mut self, framing: Framing) {
        if framing == Framing::UntilClose {
            self.terms.close = true;
        }
        self.more().out = Some(Outgoing { framing, ended: false, waiting: false });
    }

    /// Gives the place back that the request holds.
    pub fn leave(&mut self, shared: &mut Shared) {
        if std::mem::take(&mut self.admitted) {
            // How long an answer is written says nothing of how long the next request will take.
            let is_written = self.more.as_ref().is_some_and(|more| more.out.is_some());
            let held_ms = (!is_written).then(|| shared.now_ms.saturating_sub(self.since_ms));
            shared.admission.leave(self.route, held_ms);
        }
    }
}
