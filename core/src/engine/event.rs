//! What a request that is under way must be told: its body has more, its answer may go on, its client has gone.

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A body that was waited for has bytes, is complete, or failed.
    Readable,
    /// An answer under way may be written again.
    Writable,
    /// The client sends no more. It has closed its connection, or only its half of it: the answer will tell which.
    ClientEnded,
    /// The request is over: its client has gone.
    ClientGone,
    /// The request is over: its time was up, and it was answered natively.
    TimedOut,
    /// Rows of finished requests can be taken with [`super::Engine::take_finished`]; the token is their number.
    Finished,
}

/// Something that happened to a request whose handler watches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The number JavaScript has given with [`super::Engine::watch`].
    pub token: u32,
}
