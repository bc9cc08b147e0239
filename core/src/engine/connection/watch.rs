//! What one connection remembers of its requests while somebody watches the server ([`super::super::observe`]).

use std::collections::VecDeque;
use std::rc::Rc;

use super::super::ConnectionId;
use super::super::answer::Terms;
use super::super::observe::{Finished, MAX_METHOD_BYTES, MAX_PATH_BYTES, NO_METHOD, NO_ROUTE, Seen};
use super::super::shared::Shared;
use super::Connection;
use crate::http::{Method, is_token_byte};

/// What is known of a request when it takes its place among those of its connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub terms: Terms,
    pub route: u32,
    pub method: Option<Method>,
    /// A method that no route can have.
    pub token: &'a [u8],
    pub path: &'a [u8],
}

impl<'a> Asked<'a> {
    /// Bytes that are no request.
    pub fn nothing(terms: Terms) -> Self {
        Self { terms, route: NO_ROUTE, method: None, token: &[], path: &[] }
    }

    /// What a head that is refused seems to ask: nothing in it can be trusted, but a log should show it.
    pub fn refused(head: &'a [u8], terms: Terms) -> Self {
        let bound = MAX_METHOD_BYTES.saturating_add(MAX_PATH_BYTES);
        let line = head.get(..bound).unwrap_or(head);
        let token = line.iter().take_while(|&&byte| is_token_byte(byte)).count();
        let Some((token, rest)) = line.split_at_checked(token.min(MAX_METHOD_BYTES)) else {
            return Self::nothing(terms);
        };
        let Some(rest) = rest.strip_prefix(b" ") else { return Self::nothing(terms) };
        let end = rest.iter().take_while(|&&byte| byte.is_ascii_graphic() && byte != b'?').count();
        let path = rest.get(..end).unwrap_or_default();
        // Not `Method::parse`, which is to stay within the code that reads every head.
        match Method::ALL.into_iter().find(|method| method.as_str().as_bytes() == token) {
            Some(method) => Self { terms, route: NO_ROUTE, method: Some(method), token: &[], path },
            None => Self { terms, route: NO_ROUTE, method: None, token, path },
        }
    }
}

/// The requests of one connection that are watched, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Watch {
    entries: VecDeque<Seen>,
    peer: Option<Rc<str>>,
}

impl Watch {
    fn entry(&mut self, sequence: u32) -> Option<&mut Seen> {
        let first = self.entries.front()?.sequence;
        let place = sequence.wrapping_sub(first) as usize;
        if self.entries.get(place).is_some_and(|seen| seen.sequence == sequence) {
            return self.entries.get_mut(place);
        }
        // Requests are missing that came while nobody watched.
        self.entries.iter_mut().find(|seen| seen.sequence == sequence)
    }
}

impl Connection {
    /// Whose address the rows of this connection have.
    pub fn note_peer(&mut self, address: &str) {
        self.watched.get_or_insert_default().peer = Some(address.into());
    }

    /// Begins to watch a request.
    #[cold]
    pub(super) fn note_asked(&mut self, asked: &Asked<'_>, sequence: u32, shared: &Shared) {
        let Some(observer) = &shared.observer else { return };
        let token = asked.token.get(..asked.token.len().min(MAX_METHOD_BYTES)).unwrap_or_default();
        let path = asked.path.get(..asked.path.len().min(MAX_PATH_BYTES)).unwrap_or_default();
        self.watched.get_or_insert_default().entries.push_back(Seen {
            sequence,
            number: 0,
            route: asked.route,
            method: asked.method.map_or(NO_METHOD, |method| method as u8),
            method_length: u8::try_from(token.len()).unwrap_or(0),
            line: [token, path].concat().into(),
            started_us: observer.now_us(),
            status: 0,
            is_native: false,
            body_bytes: 0,
            end: None,
        });
    }

    /// Notes by which number JavaScript knows a request; 0 for none.
    pub(super) fn note_number(&mut self, sequence: u32, number: u32) {
        if number != 0
            && let Some(seen) = self.watched.as_mut().and_then(|watch| watch.entry(sequence))
        {
            seen.number = number;
        }
    }

    /// Notes the answer of a request, or its beginning.
    pub(super) fn note_answer(&mut self, sequence: u32, status: u16, body_bytes: usize) {
        if let Some(seen) = self.watched.as_mut().and_then(|watch| watch.entry(sequence)) {
            seen.status = status;
            seen.body_bytes = body_bytes as u64;
        }
    }

    /// Notes that the core gives the answer itself.
    pub(super) fn note_native(&mut self, sequence: u32) {
        if let Some(seen) = self.watched.as_mut().and_then(|watch| watch.entry(sequence)) {
            seen.is_native = true;
        }
    }

    /// Notes bytes of an answer that is written step by step.
    pub(super) fn note_written(&mut self, sequence: u32, bytes: usize) {
        if let Some(seen) = self.watched.as_mut().and_then(|watch| watch.entry(sequence)) {
            seen.body_bytes = seen.body_bytes.saturating_add(bytes as u64);
        }
    }

    /// Notes that an answer ends where the output does now.
    pub(super) fn note_end(&mut self, sequence: u32) {
        let end = self.output.given();
        if let Some(seen) = self.watched.as_mut().and_then(|watch| watch.entry(sequence)) {
            seen.end = Some(end);
        }
    }

    /// Gives a row for each answer that has left.
    #[cold]
    pub(super) fn report_left(&mut self, shared: &mut Shared) {
        let left = self.output.left();
        while let Some(watch) = self.watched.as_mut()
            && watch.entries.front().is_some_and(|seen| seen.end.is_some_and(|end| end <= left))
            && let Some(seen) = watch.entries.pop_front()
        {
            self.report(seen, false, shared);
        }
        // Whoever watched has gone.
        if shared.observer.is_none() && self.watched.as_ref().is_some_and(|watch| watch.entries.is_empty()) {
            self.watched = None;
        }
    }

    /// Gives a row for each answer that will never be complete: the connection has gone.
    pub(super) fn report_given_up(&mut self, shared: &mut Shared) {
        let Some(watch) = &mut self.watched else { return };
        let (left, given) = (self.output.left(), self.output.given());
        for mut seen in std::mem::take(&mut watch.entries) {
            let unsent = seen.end.unwrap_or(given).saturating_sub(left);
            seen.body_bytes = seen.body_bytes.saturating_sub(unsent);
            self.report(seen, true, shared);
        }
    }

    fn report(&self, seen: Seen, is_aborted: bool, shared: &mut Shared) {
        let Some(observer) = &mut shared.observer else { return };
        let duration_us = observer.now_us().saturating_sub(seen.started_us);
        let connection = ConnectionId { slot: self.slot, generation: self.generation };
        let peer = self.watched.as_ref().and_then(|watch| watch.peer.clone());
        if !observer.push(Finished { connection, peer, seen, is_aborted, duration_us }) {
            shared.counters.dropped_events = shared.counters.dropped_events.wrapping_add(1);
        }
    }
}
