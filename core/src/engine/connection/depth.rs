//! How many requests of a connection run at once: more while its client takes the answers, fewer while it does not.
//!
//! Additive increase, multiplicative decrease. Every flush that the socket takes whole adds one; a socket that is full,
//! a client that lags behind (the kernel knows) and handlers that become slower than they were take away. A client
//! that does not read therefore costs one request at a time, and one that does is never held back.

use super::super::shared::Shared;
use super::Connection;

/// Flushes of a connection that pipelines between two looks at its quality; chosen: a look is a system call.
const FLUSHES_PER_LOOK: u8 = 4;
/// Bytes the kernel holds unsent beyond which a client is behind; chosen: less than the smallest default send buffer.
const LAGGING_BYTES: u32 = 16 * 1024;
/// A flush that takes longer than this is one that its client held up; chosen: far above any round trip.
const SLOW_FLUSH_MS: u64 = 1000;
/// Buckets of the histogram: 1, 2-3, 4-7, ... 1,024.
pub const BUCKETS: usize = 11;

/// What the host knows of the way to a peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// Bytes the kernel has taken and not sent.
    pub unsent_bytes: u32,
    /// Segments that were sent again since the connection was opened.
    pub retransmits: u32,
}

/// The depth of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    now: u16,
    most: u16,
    /// The most requests that ran at once since the last look.
    used: u16,
    flushes: u8,
    /// The last look was good, or there was none.
    healthy: bool,
    retransmits: u32,
}

impl Depth {
    /// A connection begins with the most: nothing speaks against it yet.
    pub fn new(most: u32) -> Self {
        let most = u16::try_from(most).unwrap_or(u16::MAX).max(1);
        Self { now: most, most, used: 0, flushes: 0, healthy: true, retransmits: 0 }
    }

    pub fn get(&self) -> usize {
        usize::from(self.now)
    }

    /// The bucket of the histogram this depth belongs to.
    pub fn bucket(&self) -> usize {
        (self.now.max(1).ilog2() as usize).min(BUCKETS - 1)
    }

    /// Notes how many requests are unanswered.
    pub fn note_use(&mut self, unanswered: usize) {
        self.used = self.used.max(u16::try_from(unanswered).unwrap_or(u16::MAX));
    }

    /// The socket has taken everything. `slower` says that handlers take longer than they did.
    pub fn flushed(&mut self, slower: bool) {
        self.flushes = self.flushes.saturating_add(1);
        if slower && self.used > 1 {
            self.now = self.now.saturating_sub(1).max(1);
        } else if self.healthy && self.now < self.most {
            self.now = self.now.saturating_add(1);
        }
    }

    /// The socket is full.
    pub fn blocked(&mut self) {
        self.now = (self.now / 2).max(1);
    }

    /// The socket has been full for so long that nobody can be reading.
    pub fn stalled(&mut self) {
        self.now = 1;
    }

    /// Whether the host should look at the way to the peer now.
    pub fn wants_look(&mut self) -> bool {
        // One that was lagging is looked at until it is not: at a depth of one it pipelines no more.
        if self.healthy && (self.flushes < FLUSHES_PER_LOOK || self.used < 2) {
            return false;
        }
        self.flushes = 0;
        self.used = 0;
        true
    }

    /// The host has looked.
    pub fn look(&mut self, quality: Quality) {
        let lost = quality.retransmits > self.retransmits;
        self.retransmits = quality.retransmits;
        self.healthy = !lost && quality.unsent_bytes < LAGGING_BYTES;
        if !self.healthy {
            self.blocked();
        }
    }
}

impl Connection {
    /// The bucket of the depth it has now; of one that takes nothing for a second it is that of 1, which is what it will
    /// have when it takes something again.
    pub fn depth_bucket(&self, now_ms: u64) -> usize {
        if self.is_stalled(now_ms) { 0 } else { self.depth.bucket() }
    }

    fn is_stalled(&self, now_ms: u64) -> bool {
        self.output.in_flight() && now_ms.saturating_sub(self.progress_ms) >= SLOW_FLUSH_MS
    }

    pub fn wants_look(&mut self) -> bool {
        self.depth.wants_look()
    }

    pub fn look(&mut self, quality: Quality) {
        self.depth.look(quality);
    }

    /// Notes that the socket is full.
    pub fn blocked(&mut self, shared: &mut Shared) {
        self.depth.blocked();
        self.sent(shared);
    }

    /// Notes that what was in flight is about to be counted as sent.
    pub fn arriving(&mut self, shared: &Shared) {
        if self.is_stalled(shared.now_ms) {
            self.depth.stalled();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_with_the_most_and_grows_back_by_one_with_each_clean_flush() {
        let mut depth = Depth::new(20);
        assert_eq!(depth.get(), 20);
        depth.blocked();
        for expected in [11, 12, 13] {
            depth.flushed(false);
            assert_eq!(depth.get(), expected);
        }
        for _ in 0..100 {
            depth.flushed(false);
        }
        assert_eq!(depth.get(), 20);
    }

    #[test]
    fn halves_when_the_socket_is_full_and_never_falls_below_one() {
        let mut depth = Depth::new(16);
        for expected in [8, 4, 2, 1, 1] {
            depth.blocked();
            assert_eq!(depth.get(), expected);
        }
    }

    #[test]
    fn a_lagging_client_falls_to_one_and_stays_there_until_it_has_caught_up() {
        let mut depth = Depth::new(128);
        let lagging = Quality { unsent_bytes: 100_000, retransmits: 0 };
        for _ in 0..7 {
            depth.look(lagging);
        }
        assert_eq!(depth.get(), 1);
        depth.flushed(false);
        assert_eq!(depth.get(), 1, "a flush that only fills the kernel is no sign of health");
        depth.look(Quality::default());
        depth.flushed(false);
        assert_eq!(depth.get(), 2);
    }

    #[test]
    fn slower_handlers_take_away_from_those_who_pipeline_only() {
        let mut depth = Depth::new(128);
        depth.note_use(1);
        depth.flushed(true);
        assert_eq!(depth.get(), 128);
        depth.note_use(5);
        depth.flushed(true);
        assert_eq!(depth.get(), 127);
    }

    #[test]
    fn a_maximum_of_one_is_serial_for_ever() {
        let mut depth = Depth::new(1);
        for _ in 0..100 {
            depth.flushed(false);
        }
        assert_eq!(depth.get(), 1);
    }

    #[test]
    fn looks_are_asked_for_only_where_requests_are_pipelined() {
        let mut depth = Depth::new(128);
        for _ in 0..10 {
            depth.note_use(1);
            depth.flushed(false);
        }
        assert!(!depth.wants_look());
        depth.note_use(2);
        assert!(depth.wants_look());
        assert!(!depth.wants_look());
        depth.look(Quality { unsent_bytes: 1 << 20, retransmits: 0 });
        for _ in 0..4 {
            depth.note_use(1);
            depth.flushed(false);
        }
        assert!(depth.wants_look(), "one that lags is looked at until it does not");
    }
}
