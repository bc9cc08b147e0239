//! What a connection has still to send, in order: bytes of its own and bodies the host keeps by number.

use std::collections::VecDeque;

#[derive(Debug)]
enum Segment {
    Bytes(Vec<u8>),
    Reference { id: u32, at: usize, end: usize },
}

/// What is to be sent next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next<'a> {
    /// Bytes to send first; may be empty if a reference follows.
    pub bytes: &'a [u8],
    /// A stretch of a body by reference that follows them.
    pub reference: Option<Reference>,
}

/// A stretch of a body the host keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The host's number.
    pub id: u32,
    /// First byte to send.
    pub at: usize,
    /// End of the bytes to send.
    pub end: usize,
}

/// The output of one connection.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// Everything before `tail`; empty unless a body by reference is under way.
    queue: VecDeque<Segment>,
    /// Bytes at the end; of these `sent` have left, when the queue is empty.
    tail: Vec<u8>,
    sent: usize,
    /// Bytes not sent, those in flight included.
    unsent: usize,
    /// Bytes the host has taken to send and not confirmed.
    in_flight: usize,
    /// Bytes that were ever given out.
    given: u64,
}

impl Output {
    pub fn unsent(&self) -> usize {
        self.unsent
    }

    /// Bytes that were ever given out.
    pub fn given(&self) -> u64 {
        self.given
    }

    /// How many of them have left.
    pub fn left(&self) -> u64 {
        self.given.wrapping_sub(self.unsent as u64)
    }

    /// Gives back the room of the queue while nothing is unsent.
    pub fn rest(&mut self) {
        if self.unsent == 0 && self.queue.is_empty() {
            self.queue = VecDeque::new();
        }
    }

    /// Bytes of memory beside the output itself.
    #[cfg(test)]
    pub fn kept_bytes(&self) -> usize {
        self.tail.capacity().saturating_add(self.queue.capacity().saturating_mul(size_of::<Segment>()))
    }

    pub fn in_flight(&self) -> bool {
        self.in_flight > 0
    }

    /// Lets `write` append to the bytes at the end, in a buffer that `buffer` gives when there is none.
    pub fn append<R>(&mut self, buffer: impl FnOnce() -> Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        if self.tail.capacity() == 0 {
            self.tail = buffer();
        }
        let before = self.tail.len();
        let result = write(&mut self.tail);
        let new = self.tail.len().saturating_sub(before);
        self.unsent = self.unsent.saturating_add(new);
        self.given = self.given.wrapping_add(new as u64);
        result
    }

    pub fn append_reference(&mut self, id: u32, length: usize) {
        let mut bytes = std::mem::take(&mut self.tail);
        if self.queue.is_empty() {
            // Only then do the bytes that have left belong to the tail.
            bytes.drain(..self.sent.min(bytes.len()));
            self.sent = 0;
        }
        self.queue.push_back(Segment::Bytes(bytes));
        self.queue.push_back(Segment::Reference { id, at: 0, end: length });
        self.unsent = self.unsent.saturating_add(length);
        self.given = self.given.wrapping_add(length as u64);
    }

    /// What to send now; `None` when there is nothing, or a write is in flight.
    pub fn next(&self) -> Option<Next<'_>> {
        if self.in_flight > 0 {
            return None;
        }
        let mut segments = self.queue.iter();
        let next = match segments.next() {
            Some(Segment::Reference { id, at, end }) => {
                Next { bytes: &[], reference: Some(Reference { id: *id, at: *at, end: *end }) }
            }
            Some(Segment::Bytes(bytes)) => {
                let reference = match segments.next() {
                    Some(Segment::Reference { id, at, end }) => Some(Reference { id: *id, at: *at, end: *end }),
                    _ => None,
                };
                Next { bytes: bytes.get(self.sent..).unwrap_or_default(), reference }
            }
            None => Next { bytes: self.tail.get(self.sent..).unwrap_or_default(), reference: None },
        };
        (!next.bytes.is_empty() || next.reference.is_some()).then_some(next)
    }

    /// Notes that `count` bytes have left; `released` gets the number of each reference that is sent whole, and
    /// `free` each buffer that is no longer needed.
    pub fn advance(&mut self, count: usize, mut released: impl FnMut(u32), mut free: impl FnMut(Vec<u8>)) {
        self.unsent = self.unsent.saturating_sub(count);
        let mut left = count;
        while let Some(segment) = self.queue.front_mut() {
            match segment {
                Segment::Bytes(bytes) => {
                    let rest = bytes.len().saturating_sub(self.sent);
                    if left < rest {
                        self.sent = self.sent.saturating_add(left);
                        return;
                    }
                    left = left.saturating_sub(rest);
                    free(std::mem::take(bytes));
                    self.sent = 0;
                }
                Segment::Reference { id, at, end } => {
                    let rest = end.saturating_sub(*at);
                    if left < rest {
                        *at = at.saturating_add(left);
                        return;
                    }
                    left = left.saturating_sub(rest);
                    released(*id);
                }
            }
            self.queue.pop_front();
        }
        self.sent = self.sent.saturating_add(left);
        if self.sent >= self.tail.len() {
            self.sent = 0;
            free(std::mem::take(&mut self.tail));
        } else if self.sent > self.tail.len() / 2 {
            // A peer that never takes the last byte must not keep all those before it; each byte moves once on average.
            self.tail.drain(..self.sent);
            self.sent = 0;
        }
    }

    /// Notes that the host took `count` bytes to send and will confirm them.
    pub fn depart(&mut self, count: usize, released: impl FnMut(u32), free: impl FnMut(Vec<u8>)) {
        self.advance(count, released, free);
        self.unsent = self.unsent.saturating_add(count);
        self.in_flight = count;
    }

    /// Notes that `count` bytes that were given as sent are still under way.
    pub fn recall(&mut self, count: usize) {
        self.unsent = self.unsent.saturating_add(count);
        self.in_flight = self.in_flight.saturating_add(count);
    }

    /// Notes that what was in flight has left.
    pub fn arrive(&mut self) {
        self.unsent = self.unsent.saturating_sub(self.in_flight);
        self.in_flight = 0;
    }

    /// Drops everything; `released` gets the number of each reference.
    pub fn clear(&mut self, mut released: impl FnMut(u32), mut free: impl FnMut(Vec<u8>)) {
        for segment in self.queue.drain(..) {
            match segment {
                Segment::Bytes(bytes) => free(bytes),
                Segment::Reference { id, .. } => released(id),
            }
        }
        free(std::mem::take(&mut self.tail));
        *self = Self::default();
    }
}
