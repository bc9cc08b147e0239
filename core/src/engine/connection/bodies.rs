//! From bytes to bodies: collected for a handler, or drained when nobody reads them.

use super::super::batch::{Batch, Record};
use super::super::config::MAX_DRAINED_BYTES;
use super::super::layout::INLINE_BODY_BYTES;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::{BodyLeft, Connection, Incoming, Input, Stop};
use crate::http::ChunkedError;

impl Connection {
    /// Reads into the body of a request; emits the request once it is complete.
    pub(super) fn read_body(
        &mut self,
        rest: &[u8],
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> Result<usize, (usize, Stop)> {
        let Input::Body(incoming) = &mut self.input else { return Ok(0) };
        let mut used: usize = 0;
        if !incoming.complete {
            if rest.is_empty() {
                return Err((0, Stop::NeedBytes));
            }
            let Incoming { left, body, complete, .. } = &mut **incoming;
            match left {
                BodyLeft::Known(length) => {
                    let take = usize::try_from(*length).unwrap_or(usize::MAX).min(rest.len());
                    body.extend_from_slice(rest.get(..take).unwrap_or_default());
                    *length = length.saturating_sub(take as u64);
                    *complete = *length == 0;
                    used = take;
                }
                BodyLeft::Chunked(decoder) => {
                    match decoder.decode(rest, shared.config.max_body_bytes, |content| body.extend_from_slice(content))
                    {
                        Ok(progress) => {
                            used = progress.consumed;
                            *complete = progress.done;
                        }
                        Err(error) => {
                            let sequence = incoming.sequence;
                            self.fail_incoming(sequence, chunked_problem(error), shared);
                            return Ok(rest.len());
                        }
                    }
                }
            }
            if !*complete {
                return Err((used, Stop::NeedBytes));
            }
        }
        let kept = incoming.body.len() > INLINE_BODY_BYTES;
        let record = Record {
            slot: self.slot,
            generation: self.generation,
            sequence: incoming.sequence,
            route: incoming.route,
            head: &incoming.head,
            head_bytes: &incoming.head_bytes,
            fields: &incoming.fields,
            captures: &incoming.captures,
            body: if kept { &[] } else { &incoming.body },
            kept_body: if kept { incoming.body.len() } else { 0 },
        };
        if !batch.push(&record) {
            return Err((used, Stop::Budget));
        }
        let body = std::mem::take(&mut incoming.body);
        let index = incoming.sequence.wrapping_sub(self.first) as usize;
        let closes = if let Some(slot) = self.slots.get_mut(index) {
            slot.since_ms = shared.now_ms;
            if kept {
                self.waiting_bytes = self.waiting_bytes.saturating_add(body.len());
                slot.body = Some(body.into_boxed_slice());
            }
            slot.terms.close
        } else {
            false
        };
        self.input = if closes { Input::Closed } else { Input::Head };
        Ok(used)
    }

    pub(super) fn drain_body(&mut self, rest: &[u8], shared: &mut Shared) -> Result<usize, (usize, Stop)> {
        if rest.is_empty() {
            return Err((0, Stop::NeedBytes));
        }
        let Input::Drain(left) = &mut self.input else { return Ok(0) };
        let (used, done) = match left {
            BodyLeft::Known(length) => {
                let take = usize::try_from(*length).unwrap_or(usize::MAX).min(rest.len());
                *length = length.saturating_sub(take as u64);
                (take, *length == 0)
            }
            BodyLeft::Chunked(decoder) => {
                if let Ok(progress) = decoder.decode(rest, MAX_DRAINED_BYTES, |_| {}) {
                    (progress.consumed, progress.done)
                } else {
                    // The answer has been given; the connection ends behind it.
                    self.last_written |= self.slots.is_empty();
                    if let Some(slot) = self.slots.back_mut() {
                        slot.terms.close = true;
                    }
                    self.linger();
                    shared.touch(self);
                    return Ok(rest.len());
                }
            }
        };
        if done {
            self.input = Input::Head;
        }
        Ok(used)
    }
}

fn chunked_problem(error: ChunkedError) -> Problem {
    match error {
        ChunkedError::Malformed => Problem::CHUNKED,
        ChunkedError::TooLarge => Problem::BODY_TOO_LARGE,
        ChunkedError::TrailersTooLarge => Problem::TRAILERS_TOO_LARGE,
    }
}
