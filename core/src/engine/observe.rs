//! What became of answers, for those who watch: one row for each that has left, or was given up, in that order.
//!
//! While nobody watches nothing is kept and no clock is read. Rows of requests that never reached JavaScript are bounded,
//! so that a flood of bad requests cannot fill memory before they are taken; the others are as many as JavaScript ran.

use std::collections::VecDeque;
use std::rc::Rc;

use super::layout::{finished, finished_flag};
use super::{ConnectionId, Engine};

/// Tells monotonic microseconds since any moment.
pub type Clock = fn() -> u64;

/// The route of what was answered without one.
pub const NO_ROUTE: u32 = u32::MAX;
/// The method of what has none that is known.
pub(super) const NO_METHOD: u8 = 0xff;

/// Rows of native answers that wait to be taken; further ones are counted as dropped. Chosen: as many as a turn's requests.
const MAX_NATIVE_ROWS: usize = 1024;
/// Bytes of a path that a row keeps.
pub(super) const MAX_PATH_BYTES: usize = 1024;
/// Bytes of a method that a row keeps, where it is none of those a route can have.
pub(super) const MAX_METHOD_BYTES: usize = 32;
/// Numbers stay below 2^30, so that JavaScript holds them without a heap object.
pub(super) const LAST_NUMBER: u32 = (1 << 30) - 1;

/// What is known of a request from its head to its last byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub sequence: u32,
    /// By which JavaScript knows it; 0 if it never got there.
    pub number: u32,
    pub route: u32,
    pub method: u8,
    /// Bytes of a method that is not known, at the beginning of `line`.
    pub method_length: u8,
    /// The method, where it is not known, and the path.
    pub line: Box<[u8]>,
    pub started_us: u64,
    /// 0 while there is no answer.
    pub status: u16,
    pub is_native: bool,
    /// Bytes of the body so far, without their framing.
    pub body_bytes: u64,
    /// How many bytes the connection has given out in all when the answer has left; `None` while it is not complete.
    pub end: Option<u64>,
}

/// A request that is over.
#[derive(Debug)]
pub(super) struct Finished {
    pub connection: ConnectionId,
    pub peer: Option<Rc<str>>,
    pub seen: Seen,
    pub is_aborted: bool,
    pub duration_us: u64,
}

/// The rows that wait to be taken.
#[derive(Debug)]
pub(super) struct Observer {
    clock: Clock,
    rows: VecDeque<Finished>,
    native_rows: usize,
    /// The batch has been told that there are rows.
    told: bool,
}

impl Observer {
    pub fn new(clock: Clock) -> Self {
        Self { clock, rows: VecDeque::new(), native_rows: 0, told: false }
    }

    pub fn now_us(&self) -> u64 {
        (self.clock)()
    }

    /// Takes a row; `false` when there is no room for it.
    pub fn push(&mut self, row: Finished) -> bool {
        if row.seen.number == 0 {
            if self.native_rows >= MAX_NATIVE_ROWS {
                return false;
            }
            self.native_rows = self.native_rows.saturating_add(1);
        }
        self.rows.push_back(row);
        true
    }

    /// Rows of which the batch has not been told.
    pub fn untold(&self) -> usize {
        if self.told { 0 } else { self.rows.len() }
    }

    /// The batch has been told.
    pub fn note_told(&mut self) {
        self.told = true;
    }
}

impl Finished {
    fn write(&self, out: &mut Vec<u32>) {
        let Self { connection, peer, seen, is_aborted, duration_us } = self;
        let peer = peer.as_deref().unwrap_or_default().as_bytes();
        let path_length = seen.line.len().saturating_sub(usize::from(seen.method_length));
        let bytes = seen.line.len().saturating_add(peer.len());
        let words = finished::COLUMNS.saturating_add(bytes.div_ceil(4));
        let mut flags = 0;
        if *is_aborted {
            flags |= finished_flag::ABORTED;
        }
        if seen.is_native {
            flags |= finished_flag::NATIVE;
        }
        out.extend_from_slice(&[
            low(words as u64),
            connection.slot,
            connection.generation,
            seen.number,
            seen.route,
            u32::from(seen.status) | (u32::from(seen.method) << 16) | (flags << 24),
            low(seen.body_bytes),
            low(seen.body_bytes >> 32),
            low(*duration_us),
            low(duration_us >> 32),
            low(path_length as u64) | (u32::from(seen.method_length) << 16) | (low(peer.len() as u64) << 24),
        ]);
        let mut word = [0; 4];
        let mut filled = 0;
        for &byte in seen.line.iter().chain(peer) {
            if let Some(place) = word.get_mut(filled) {
                *place = byte;
            }
            filled = filled.saturating_add(1);
            if filled == word.len() {
                out.push(u32::from_ne_bytes(std::mem::take(&mut word)));
                filled = 0;
            }
        }
        if filled > 0 {
            out.push(u32::from_ne_bytes(word));
        }
    }
}

/// The lower 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "the other half has a word of its own, or there is none")]
const fn low(number: u64) -> u32 {
    number as u32
}

impl Engine {
    /// Has the engine keep a row of each answer that leaves or is given up, or keep none any more.
    pub fn observe(&mut self, clock: Option<Clock>) {
        match clock {
            Some(clock) if self.shared.observer.is_none() => {
                self.shared.observer = Some(Box::new(Observer::new(clock)));
            }
            Some(_) => {}
            None => self.shared.observer = None,
        }
    }

    /// Whether somebody watches.
    #[must_use]
    pub fn is_observed(&self) -> bool {
        self.shared.observer.is_some()
    }

    /// Tells the address of a connection's peer, which its rows are to have.
    pub fn note_peer(&mut self, id: ConnectionId, address: &str) {
        // One byte of a row says how long it is.
        if self.is_observed() && u8::try_from(address.len()).is_ok() {
            self.with(id, |connection, _| connection.note_peer(address));
        }
    }

    /// Takes the rows there are, in the order in which the answers left: [`finished::COLUMNS`] numbers each, and bytes.
    pub fn take_finished(&mut self, out: &mut Vec<u32>) {
        let Some(observer) = &mut self.shared.observer else { return };
        observer.told = false;
        observer.native_rows = 0;
        // What one burst has needed is not kept.
        for row in std::mem::take(&mut observer.rows) {
            row.write(out);
        }
    }
}
