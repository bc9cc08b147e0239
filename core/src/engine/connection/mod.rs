//! One connection: requests in, in order; answers out, in the same order, however the handlers finish.
//!
//! Parsing stops (the bytes are *held*) when the connection has used its share of the turn, has too many requests
//! unanswered or too many bytes unsent; the engine takes it up again when that is over.

mod answers;
mod bodies;
mod checked;
mod deadlines;
mod depth;
mod dispatch;
mod input;
mod requests;
mod slot;
mod streams;
mod watch;

use std::collections::VecDeque;

use super::config::MAX_LINGER_BYTES;
use super::event::EventKind;
use super::output::Output;
use super::shared::Shared;
use super::wheel::Filed;
use crate::http::{ChunkedDecoder, HeadScan};
use crate::input::BodyCheck;
use depth::Depth;
use slot::{Ready, Slot};
use watch::{Asked, Watch};

pub use depth::{BUCKETS, Quality};
pub use streams::{BodyRead, Written};

/// Where the next byte belongs.
#[derive(Debug)]
enum Input {
    /// To a request head, or between two.
    Head,
    /// To the body of a request that JavaScript gets.
    Body(Box<Incoming>),
    /// To a body that nobody reads.
    Drain(BodyLeft),
    /// To nothing: no further request is taken from this connection.
    Closed,
}

#[derive(Clone, Debug)]
enum BodyLeft {
    Known(u64),
    Chunked(ChunkedDecoder),
}

/// A body that is arriving.
#[derive(Debug)]
struct Incoming {
    sequence: u32,
    /// The request, until its handler runs or waits for a place.
    request: Option<Box<slot::Held>>,
    left: BodyLeft,
    max_bytes: u64,
    /// Collected for a handler that runs once the body is complete.
    body: Vec<u8>,
    /// What the body must be, until that is decided.
    check: Option<Box<BodyCheck>>,
    complete: bool,
    /// The handler runs while the body arrives, and reads from the window of its slot.
    streams: bool,
    continue_due: bool,
    since_ms: u64,
    /// When bytes last came, or the window was last emptied.
    progress_ms: u64,
    received: u64,
    /// Milliseconds during which the handler kept the window full.
    paused_ms: u64,
    paused_since_ms: Option<u64>,
}

/// Why parsing stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// All bytes are used, or more are needed.
    NeedBytes,
    /// The share of this turn is used up.
    Budget,
    /// Too much is unanswered, unsent or unread.
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

/// What a connection waits for, and so what its deadline means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Head,
    Body,
    Drain,
    Handler,
    /// An answer is written step by step; nothing is late while the client takes it.
    Answer,
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
    /// How far the head in the inbox has been read.
    scan: HeadScan,
    blank_lines: u8,
    slots: VecDeque<Slot>,
    /// Sequence number of the first of `slots`.
    first: u32,
    output: Output,
    /// Bytes of long bodies whose request is unanswered, and of answers that wait for an earlier one.
    waiting_bytes: usize,
    /// How many requests may run at once.
    depth: Depth,
    turn: u64,
    turn_requests: u32,
    /// The number of requests of this turn at which another connection has its turn.
    visit_until: u32,
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
    /// An answer cannot be completed: the peer must see that it is cut.
    broken: bool,
    /// The body under way is not read until its handler has read what there is.
    window_full: bool,
    /// Has carried a request.
    used: bool,
    dropped_bytes: u32,
    opened_ms: u64,
    /// When the head or the unread body under way began.
    since_ms: u64,
    /// When bytes last left.
    progress_ms: u64,
    /// When the last request came, and how long after the one before it.
    request_ms: u64,
    gap_ms: u32,
    deadline_ms: u64,
    /// The earliest second the wheel looks at this connection.
    pub filed_second: u64,
    phase: Phase,
    /// There once a request came while somebody watched.
    watched: Option<Box<Watch>>,
}

impl Connection {
    pub fn new(slot: u32, generation: u32, shared: &Shared) -> Self {
        let now_ms = shared.now_ms;
        Self {
            slot,
            generation,
            input: Input::Head,
            inbox: Vec::new(),
            inbox_at: 0,
            scan: HeadScan::default(),
            blank_lines: 0,
            slots: VecDeque::new(),
            first: 0,
            output: Output::default(),
            waiting_bytes: 0,
            depth: Depth::new(shared.config.max_pipelined),
            turn: 0,
            turn_requests: 0,
            visit_until: 0,
            held: false,
            queued: false,
            touched: false,
            end_seen: false,
            last_written: false,
            lingering: false,
            shutdown_taken: false,
            broken: false,
            window_full: false,
            used: false,
            dropped_bytes: 0,
            opened_ms: now_ms,
            since_ms: now_ms,
            progress_ms: now_ms,
            request_ms: now_ms,
            gap_ms: u32::MAX,
            deadline_ms: now_ms.saturating_add(shared.config.head_timeout_ms),
            filed_second: u64::MAX,
            phase: Phase::Head,
            watched: None,
        }
    }

    pub fn filed(&self) -> Filed {
        Filed { slot: self.slot, generation: self.generation }
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

    /// Whether bytes should be read from the peer now.
    pub fn wants_bytes(&self, shared: &Shared) -> bool {
        if self.end_seen {
            return false;
        }
        match self.input {
            // Still read, to notice a peer that leaves, but not without end.
            Input::Closed => self.may_drop_more(),
            // Held bytes are taken up soon; reading stops only when they pile up, which spares most switching.
            Input::Head => self.inbox.len() < shared.config.max_unsent_bytes && (self.held || self.has_room(shared)),
            // A body under way belongs to a request that was taken.
            Input::Body(_) => !self.window_full && self.inbox.len() < shared.config.max_unsent_bytes,
            Input::Drain(_) => self.inbox.len() < shared.config.max_unsent_bytes,
        }
    }

    /// Whether the connection is to be closed by the host now.
    pub fn is_finished(&self) -> bool {
        let idle_end = self.end_seen && !self.held && self.slots.is_empty() && self.output.unsent() == 0;
        let last_sent = self.last_written && self.output.unsent() == 0;
        self.broken || idle_end || (last_sent && (!self.lingering || self.end_seen || !self.may_drop_more()))
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

    /// Whether the connection has had its whole share of this turn.
    pub fn has_had_share(&self, shared: &Shared) -> bool {
        self.turn == shared.turn && self.turn_requests >= shared.config.max_requests_per_turn
    }

    fn has_room(&self, shared: &Shared) -> bool {
        self.slots.len() < self.depth.get()
            && self.output.unsent().saturating_add(self.waiting_bytes) < shared.config.max_unsent_bytes
    }

    /// Takes the connection up again once there is room.
    fn release_pressure(&mut self, shared: &mut Shared) {
        if self.held && !self.queued && self.has_room(shared) {
            shared.queue(self);
        }
    }

    fn next_sequence(&self) -> u32 {
        self.first.wrapping_add(u32::try_from(self.slots.len()).unwrap_or(u32::MAX))
    }

    /// Takes a place among the requests of the connection for one whose head is complete.
    fn expect_answer(&mut self, asked: &Asked<'_>, shared: &mut Shared) {
        if shared.observer.is_some() {
            self.note_asked(asked, self.next_sequence(), shared);
        }
        self.used = true;
        self.gap_ms = u32::try_from(shared.now_ms.saturating_sub(self.request_ms)).unwrap_or(u32::MAX);
        self.request_ms = shared.now_ms;
        shared.counters.requests = shared.counters.requests.wrapping_add(1);
        self.slots.push_back(Slot::new(asked.terms, asked.route, shared.now_ms));
        self.depth.note_use(self.slots.len());
    }

    fn slot_mut(&mut self, sequence: u32) -> Option<&mut Slot> {
        self.slots.get_mut(sequence.wrapping_sub(self.first) as usize)
    }

    /// Notes bytes that came behind the last request.
    fn note_dropped(&mut self, bytes: usize) {
        self.dropped_bytes = self.dropped_bytes.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
    }

    fn may_drop_more(&self) -> bool {
        self.dropped_bytes < MAX_LINGER_BYTES
    }

    /// Takes no further request and reads on for a while, so that closing does not reset the last answer away.
    fn linger(&mut self) {
        self.input = Input::Closed;
        self.lingering = true;
        self.held = false;
        self.inbox = Vec::new();
        self.inbox_at = 0;
    }

    /// The body of a request that is too long for its record.
    pub fn kept_body(&self, sequence: u32) -> Option<&[u8]> {
        self.slots.get(sequence.wrapping_sub(self.first) as usize)?.more.as_ref()?.body.as_deref()
    }

    /// The peer sends no more bytes; requests already read are still answered.
    pub fn end(&mut self, shared: &mut Shared) {
        if std::mem::replace(&mut self.end_seen, true) {
            return;
        }
        for slot in self.slots.iter().filter(|slot| !slot.is_answered()) {
            shared.tell(slot.token, EventKind::ClientEnded);
        }
        if !self.held {
            self.end_input(shared);
        }
        self.rearm(shared);
        shared.touch(self);
    }

    /// Ends the input behind the last byte that can be parsed.
    fn end_input(&mut self, shared: &mut Shared) {
        let input = std::mem::replace(&mut self.input, Input::Closed);
        if let Input::Body(incoming) = input {
            if incoming.streams && incoming.request.is_none() {
                self.fail_window(incoming.sequence, slot::Failure::Ended, shared);
            } else if !incoming.complete {
                // The request will never be complete, so it has no answer.
                self.slots.pop_back();
            }
        }
        shared.pool.give(std::mem::take(&mut self.inbox));
        self.inbox_at = 0;
        self.window_full = false;
    }

    /// Whether an answer was cut.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Notes that the host has sent bytes, or that those in flight have arrived.
    pub fn sent(&mut self, shared: &mut Shared) {
        if self.output.unsent() == 0 {
            self.depth.flushed(shared.handlers_are_slower());
            if let Some(count) = shared.depths.get_mut(self.depth.bucket()) {
                *count = count.wrapping_add(1);
            }
        }
        if self.watched.is_some() {
            self.report_left(shared);
        }
        self.progress_ms = shared.now_ms;
        self.allow_writing(shared);
        self.release_pressure(shared);
        // When bytes have left matters to these only; whatever else has changed was looked at before they were sent.
        if matches!(self.phase, Phase::Send | Phase::Answer) || self.output.in_flight() {
            self.rearm(shared);
        }
    }

    /// Gives everything back before the connection is forgotten.
    pub fn dispose(&mut self, shared: &mut Shared) {
        shared.counters.abandoned = shared.counters.abandoned.wrapping_add(self.slots.len() as u64);
        self.drop_pending(shared);
        self.report_given_up(shared);
        let Shared { pool, released, .. } = shared;
        self.output.clear(|id| released.push(id), |buffer| pool.give(buffer));
        pool.give(std::mem::take(&mut self.inbox));
    }

    /// Tells whoever watches a request that it is over.
    fn end_slot(slot: &mut Slot, filed: Filed, sequence: u32, kind: EventKind, shared: &mut Shared) {
        if slot.token != 0 && !slot.is_answered() {
            shared.tell(slot.token, kind);
        }
        slot.token = 0;
        slot.leave(shared);
        if slot.more.as_ref().is_some_and(|more| more.parked.is_some()) {
            shared.admission.abandon(filed, sequence, slot.route);
        }
    }
}
