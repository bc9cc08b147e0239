//! One connection: reads what is there, answers every whole request of it, and writes the answers at once.

use crate::site::{Site, Step};
use mio::event::Event;
use mio::net::TcpStream;
use std::io::{ErrorKind, Read, Result, Write};

/// Bytes read at once. Chosen: far above the sixteen pipelined requests of the scenarios, so that one read takes them all.
const READ_BYTES: usize = 64 * 1024;
/// Bytes of an incomplete request kept at most.
const MAX_HELD_BYTES: usize = 1024 * 1024;

/// The buffers that all connections use in turn.
pub struct Scratch {
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Scratch {
    /// Buffers of the sizes that serving needs.
    pub fn new() -> Self {
        Self { input: vec![0; READ_BYTES], output: Vec::with_capacity(READ_BYTES) }
    }
}

/// Whether a connection goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Open,
    Closed,
}

/// A socket, and the bytes that wait for the rest of a request or for room in the kernel.
pub struct Connection {
    stream: TcpStream,
    held: Vec<u8>,
    unsent: Vec<u8>,
    closing: bool,
}

impl Connection {
    /// A connection without waiting bytes.
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, held: Vec::new(), unsent: Vec::new(), closing: false }
    }

    /// The socket, for its registration.
    pub fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// Does what an event makes possible. Readiness is edge-triggered: a read that does not fill the buffer has emptied
    /// the socket, and what comes later brings a new event, so there is no second read to be told "nothing yet".
    pub fn serve(&mut self, event: &Event, site: &Site, scratch: &mut Scratch) -> Fate {
        let mut readable = event.is_readable();
        if !self.unsent.is_empty() {
            if !event.is_writable() {
                return Fate::Open;
            }
            if self.flush_unsent().is_err() {
                return Fate::Closed;
            }
            if !self.unsent.is_empty() {
                return Fate::Open;
            }
            if self.closing {
                return Fate::Closed;
            }
            readable = true;
        }
        while readable {
            let Ok(count) = receive(&mut self.stream, &mut scratch.input) else { return Fate::Closed };
            let Some(count) = count else { return Fate::Open };
            if count == 0 || self.take(count, site, scratch).is_err() {
                return Fate::Closed;
            }
            if !self.unsent.is_empty() {
                return Fate::Open;
            }
            if self.closing || self.held.len() > MAX_HELD_BYTES {
                return Fate::Closed;
            }
            readable = count == scratch.input.len();
        }
        if event.is_read_closed() { Fate::Closed } else { Fate::Open }
    }

    /// Answers the `count` bytes just read, together with what was held before.
    fn take(&mut self, count: usize, site: &Site, scratch: &mut Scratch) -> Result<()> {
        let fresh = scratch.input.get(..count).unwrap_or(&[]);
        scratch.output.clear();
        if self.held.is_empty() {
            let (used, close) = answer_all(fresh, site, &mut scratch.output);
            self.closing = close;
            self.held.extend_from_slice(fresh.get(used..).unwrap_or(&[]));
        } else {
            self.held.extend_from_slice(fresh);
            let (used, close) = answer_all(&self.held, site, &mut scratch.output);
            self.closing = close;
            self.held.drain(..used);
        }
        if !scratch.output.is_empty() {
            let sent = send(&mut self.stream, &scratch.output)?;
            self.unsent.extend_from_slice(scratch.output.get(sent..).unwrap_or(&[]));
        }
        Ok(())
    }

    fn flush_unsent(&mut self) -> Result<()> {
        let sent = send(&mut self.stream, &self.unsent)?;
        self.unsent.drain(..sent);
        Ok(())
    }
}

/// Answers whole requests; how many bytes they had, and whether the connection ends after them.
fn answer_all(input: &[u8], site: &Site, output: &mut Vec<u8>) -> (usize, bool) {
    let mut used = 0;
    while let Some(rest) = input.get(used..).filter(|rest| !rest.is_empty()) {
        match site.answer(rest, output) {
            Step::Incomplete => break,
            Step::Answered { length, close: false } => used += length,
            Step::Answered { close: true, .. } => return (input.len(), true),
        }
    }
    (used, false)
}

/// One read: how many bytes came (0: the peer has ended), or `None` when there was nothing to read.
fn receive(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<Option<usize>> {
    loop {
        match stream.read(buffer) {
            Ok(count) => return Ok(Some(count)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}

/// One write: how many bytes the kernel took.
fn send(stream: &mut TcpStream, bytes: &[u8]) -> Result<usize> {
    loop {
        match stream.write(bytes) {
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
            Err(error) => return Err(error),
        }
    }
}
