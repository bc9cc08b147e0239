//! What leaves: which connections a host must look at, what it is to send on them, and what became of that.

use super::connection::{Connection, Quality};
use super::output::Next;
use super::shared::Shared;
use super::wheel::Filed;
use super::{ConnectionId, Engine, Interest, Place};

impl Engine {
    /// A connection that has output or whose interest may have changed; each once until it is touched again.
    pub fn next_touched(&mut self) -> Option<ConnectionId> {
        while let Some(Filed { slot, generation }) = self.shared.touched.pop() {
            let id = ConnectionId { slot, generation };
            let touched = self.with(id, Connection::take_touched);
            if touched == Some(true) {
                return Some(id);
            }
        }
        None
    }

    /// Whether a connection was touched and every request it has taken is answered, so that the host may look at it
    /// before [`Engine::next_touched`] gives it; it is given there only if it is touched again.
    pub fn take_touched(&mut self, id: ConnectionId) -> bool {
        self.with(id, |connection, shared| connection.pending() == 0 && connection.take_touched(shared))
            .unwrap_or(false)
    }

    /// A body by reference that is no longer needed.
    pub fn next_released(&mut self) -> Option<u32> {
        self.shared.released.pop()
    }

    /// What to send on a connection now; `None` when there is nothing, or what was taken is in flight.
    pub fn output(&mut self, id: ConnectionId) -> Option<Next<'_>> {
        Self::find(&mut self.connections, id)?.output().next()
    }

    /// `count` bytes of the output have been sent.
    pub fn sent(&mut self, id: ConnectionId, count: usize) {
        self.with(id, |connection, shared| {
            let Shared { pool, released, .. } = shared;
            connection.output_mut().advance(count, |id| released.push(id), |buffer| pool.give(buffer));
            connection.sent(shared);
        });
    }

    /// The host took `count` bytes of the output to send them when the socket drains.
    pub fn departed(&mut self, id: ConnectionId, count: usize) {
        self.with(id, |connection, shared| {
            let Shared { pool, released, .. } = shared;
            connection.output_mut().depart(count, |id| released.push(id), |buffer| pool.give(buffer));
            connection.blocked(shared);
        });
    }

    /// `count` bytes that were given as sent are still on their way to the peer, until [`Engine::arrived`].
    pub fn recall(&mut self, id: ConnectionId, count: usize) {
        if count == 0 {
            return;
        }
        self.with(id, |connection, shared| {
            connection.output_mut().recall(count);
            connection.sent(shared);
        });
    }

    /// What [`Engine::departed`] took has been sent.
    pub fn arrived(&mut self, id: ConnectionId) {
        self.with(id, |connection, shared| {
            connection.arriving(shared);
            connection.output_mut().arrive();
            connection.sent(shared);
            shared.touch(connection);
        });
    }

    /// What the host must do for a connection; `None` when it has gone.
    #[must_use]
    pub fn interest(&self, id: ConnectionId) -> Option<Interest> {
        match self.connections.get(id.slot as usize) {
            Some(Place::Used(connection)) if connection.generation == id.generation => Some(Interest {
                read: connection.wants_bytes(&self.shared),
                shutdown: connection.wants_shutdown(),
                close: connection.is_finished(),
                reset: connection.is_broken(),
            }),
            _ => None,
        }
    }

    /// Notes that the host shuts the sending side of a connection down; `false` if it was told to already.
    pub fn take_shutdown(&mut self, id: ConnectionId) -> bool {
        self.with(id, |connection, _| connection.take_shutdown()).unwrap_or(false)
    }

    /// Whether bytes of a connection wait to be sent, or to arrive.
    #[must_use]
    pub fn has_unsent(&self, id: ConnectionId) -> bool {
        matches!(self.connections.get(id.slot as usize), Some(Place::Used(connection))
            if connection.generation == id.generation && connection.output().unsent() > 0)
    }

    /// Whether the host should tell the quality of a connection now, with [`Engine::note_quality`].
    pub fn wants_quality(&mut self, id: ConnectionId) -> bool {
        self.with(id, |connection, _| connection.wants_look()).unwrap_or(false)
    }

    /// Tells the quality of the way to a peer.
    pub fn note_quality(&mut self, id: ConnectionId, quality: Quality) {
        self.with(id, |connection, _| connection.look(quality));
    }
}
