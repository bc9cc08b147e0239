//! From requests to records: a request that is ready runs, waits for a place, or is turned away.

use super::super::admission::{Decision, Waiting};
use super::super::batch::Batch;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::slot::Parked;
use super::{Connection, Incoming};

/// What became of a request that was ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dispatched {
    /// It runs, or waits for a place.
    Taken,
    /// The batch has no room for it.
    Full,
    /// There is no place for it.
    Shed,
}

impl Connection {
    /// Dispatches the request of a body that is complete, or is to be read while it arrives.
    pub(super) fn dispatch_incoming(
        &mut self,
        incoming: &mut Incoming,
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> Dispatched {
        let Some(request) = incoming.request.take() else { return Dispatched::Taken };
        let parked = Parked { request, body: std::mem::take(&mut incoming.body), streams: incoming.streams };
        let route = parked.request.route;
        match shared.admission.decide(route, shared.handler_timeout_ms(route)) {
            Decision::Run => match self.run(parked, shared, batch) {
                Ok(()) => Dispatched::Taken,
                Err(parked) => {
                    incoming.request = Some(parked.request);
                    incoming.body = parked.body;
                    Dispatched::Full
                }
            },
            Decision::Wait => {
                self.park(parked, shared);
                Dispatched::Taken
            }
            Decision::Shed => {
                incoming.request = Some(parked.request);
                Dispatched::Shed
            }
        }
    }

    /// Lets a request wait for a place.
    pub(super) fn park(&mut self, parked: Parked, shared: &mut Shared) {
        let (sequence, route) = (parked.request.sequence, parked.request.route);
        self.waiting_bytes = self.waiting_bytes.saturating_add(parked.body.len());
        let connection = self.filed();
        let Some(slot) = self.slot_mut(sequence) else { return };
        slot.since_ms = shared.now_ms;
        slot.more().parked = Some(parked);
        shared.admission.wait(Waiting { connection, sequence, route, since_ms: shared.now_ms });
    }

    /// The first request that waits for a place.
    pub fn first_parked(&self) -> Option<Waiting> {
        let (sequence, slot) = (self.first..).zip(&self.slots).find(|(_, slot)| slot.is_parked())?;
        Some(Waiting { connection: self.filed(), sequence, route: slot.route, since_ms: slot.since_ms })
    }

    /// Dispatches a request that has waited; `false` when the batch has no room for it.
    pub fn run_parked(&mut self, sequence: u32, shared: &mut Shared, batch: &mut Batch<'_>) -> bool {
        let Some(slot) = self.slot_mut(sequence) else { return true };
        let late = shared.now_ms.saturating_sub(slot.since_ms) > shared.handler_timeout_ms(slot.route);
        let Some(parked) = slot.more.as_mut().and_then(|more| more.parked.take()) else { return true };
        self.waiting_bytes = self.waiting_bytes.saturating_sub(parked.body.len());
        if late {
            shared.admission.count_shed();
            shared.admission.pass_on(parked.request.route);
            self.shed(sequence, shared);
            return true;
        }
        match self.run(parked, shared, batch) {
            Ok(()) => true,
            Err(parked) => {
                self.waiting_bytes = self.waiting_bytes.saturating_add(parked.body.len());
                if let Some(slot) = self.slot_mut(sequence) {
                    slot.more().parked = Some(parked);
                }
                false
            }
        }
    }

    /// Writes the record of a request; gives the request back when the batch has no room for it.
    fn run(&mut self, parked: Parked, shared: &mut Shared, batch: &mut Batch<'_>) -> Result<(), Parked> {
        let watched = shared.next_watched();
        if !batch.push(&parked.record(self.slot, self.generation, watched)) {
            return Err(parked);
        }
        let Parked { request, body, .. } = parked;
        self.note_number(request.sequence, watched);
        shared.admission.enter(request.route);
        let kept = body.len() > super::super::layout::INLINE_BODY_BYTES;
        if kept {
            self.waiting_bytes = self.waiting_bytes.saturating_add(body.len());
        }
        if let Some(slot) = self.slot_mut(request.sequence) {
            slot.admitted = true;
            slot.since_ms = shared.now_ms;
            if kept {
                slot.more().body = Some(body.into_boxed_slice());
            }
        }
        Ok(())
    }

    /// Turns a request away because the server is full. Its connection goes on if its body is complete.
    pub(super) fn shed(&mut self, sequence: u32, shared: &mut Shared) {
        let unread = matches!(&self.input, super::Input::Body(incoming) if incoming.sequence == sequence);
        self.answer_sequence(sequence, Problem::OVERLOADED, b"Retry-After: 1\r\n", unread, shared);
    }
}
