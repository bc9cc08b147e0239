//! Requests of routes that declare their input: checked at the head, and while the body arrives; refused as soon as it is
//! decided, natively, or by JavaScript where that has something to say.

use std::rc::Rc;

use super::super::answer::Terms;
use super::super::batch::{Batch, Checked};
use super::super::layout::INLINE_BODY_BYTES;
use super::super::miss::Verdict;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::requests::{Arriving, Parsed, Whole, is_form_data, unread};
use super::watch::Asked;
use super::{Connection, Incoming, Input};
use crate::http::{BodyLength, Target};
use crate::input::{BodyCheck, BodyKind, InputHead, InputRules, Refusal};

/// What looking at a body that is arriving came to.
pub(super) enum Look {
    /// It may be right, or is.
    GoesOn,
    /// It is wrong.
    Refused(Refusal),
    /// It is wrong, and JavaScript is to say how to answer: its request is ready to be dispatched.
    HandOver,
}

impl Incoming {
    /// Looks at what has come of a body that must fit a schema.
    pub(super) fn look(&mut self, shared: &mut Shared) -> Look {
        let Some(check) = &mut self.check else { return Look::GoesOn };
        let refusal = match check.advance(&mut self.body, self.complete) {
            Ok(false) => return Look::GoesOn,
            Ok(true) => {
                if let (Some(check), Some(request)) = (self.check.take(), &mut self.request) {
                    request.checked.validated = true;
                    request.checked.text = check.into_text();
                }
                return Look::GoesOn;
            }
            Err(refusal) => refusal,
        };
        self.check = None;
        shared.pool.give(std::mem::take(&mut self.body));
        match &mut self.request {
            Some(request) if shared.admission.rules(request.route).asks_invalid => {
                request.verdict = Verdict::of(&refusal);
                request.checked = Checked { invalid: true, ..Checked::default() };
                self.body = Problem::document_of(&refusal);
                Look::HandOver
            }
            _ => Look::Refused(refusal),
        }
    }

    /// Whether its body was refused and JavaScript is to say how to answer.
    pub(super) fn is_refused(&self) -> bool {
        self.request.as_ref().is_some_and(|request| request.checked.invalid)
    }
}

impl Connection {
    /// Begins a request of a route that declares its input; returns the bytes of `after` it used, `None` if the batch has
    /// no room for it.
    #[expect(clippy::too_many_arguments, reason = "what `begin_request` has found out so far")]
    pub(super) fn begin_checked(
        &mut self,
        parsed: Parsed<'_>,
        asked: &Asked<'_>,
        input: &Rc<InputRules>,
        after: &[u8],
        max_bytes: u64,
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> Option<usize> {
        let Parsed { head, head_bytes, fields } = parsed;
        let is_empty = head.body == BodyLength::Known(0);
        let (path, query) = match head.target {
            Target::Path { path, query } => (path.slice(head_bytes), query.slice(head_bytes)),
            Target::Asterisk => Default::default(),
        };
        let view = InputHead { head: head_bytes, fields, path, query, captures: &shared.captures };
        let found = input.body_kind(head_bytes, fields, is_empty).and_then(|kind| Ok((kind, input.check_head(&view)?)));
        let (kind, mut text) = match found {
            Ok(found) => found,
            Err(refusal) => return self.refuse_at_head(parsed, asked, &refusal, shared, batch).then_some(0),
        };
        let mut checked = Checked { validated: kind.is_none() && input.body.is_some(), ..Checked::default() };
        let whole = match head.body {
            BodyLength::Known(length) => after
                .get(..usize::try_from(length).unwrap_or(usize::MAX))
                .filter(|body| body.len() <= INLINE_BODY_BYTES),
            BodyLength::Chunked => None,
        };
        let kind = kind.filter(|kind| *kind != BodyKind::Coded);
        let Some(whole) = whole else {
            let rules = shared.admission.rules(asked.route);
            let streams = kind.is_none() && (rules.streams_body || is_form_data(head_bytes, fields));
            let check = if let Some(kind) = kind {
                Some(Box::new(BodyCheck::new(Rc::clone(input), kind, text)))
            } else {
                checked.text = text.finish();
                None
            };
            let request = self.hold(parsed, asked.route, Verdict::default(), checked, shared);
            let arriving = Arriving { has_begun: !after.is_empty(), max_bytes, streams, check };
            self.begin_body(request, asked, arriving, shared);
            return Some(0);
        };
        let mut changed = None;
        if let Some(kind) = kind {
            match input.check_body(kind, whole, &mut text) {
                Ok(body) => changed = body,
                Err(refusal) => {
                    let room = self.refuse_whole(parsed, asked, &refusal, None, shared, batch);
                    return room.then_some(whole.len());
                }
            }
            checked.validated = true;
        }
        checked.text = text.finish();
        let body = changed.as_deref().unwrap_or(whole);
        let ready = Whole { verdict: Verdict::default(), body, checked: &checked };
        self.begin_whole(parsed, asked, &ready, shared, batch).then_some(whole.len())
    }

    /// Refuses a request whose body was not read.
    fn refuse_at_head(
        &mut self,
        parsed: Parsed<'_>,
        asked: &Asked<'_>,
        refusal: &Refusal,
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> bool {
        let rest = unread(parsed.head, shared);
        self.refuse_whole(parsed, asked, refusal, rest, shared, batch)
    }

    /// Refuses a request that nothing more is read of but `rest`; `false` if the batch has no room for it.
    fn refuse_whole(
        &mut self,
        parsed: Parsed<'_>,
        asked: &Asked<'_>,
        refusal: &Refusal,
        rest: Option<Input>,
        shared: &mut Shared,
        batch: &mut Batch<'_>,
    ) -> bool {
        let close = asked.terms.close || matches!(rest, Some(Input::Closed));
        let asked = &Asked { terms: Terms { close, ..asked.terms }, ..*asked };
        if shared.admission.rules(asked.route).asks_invalid {
            let body = Problem::document_of(refusal);
            let checked = Checked { invalid: true, ..Checked::default() };
            let whole = Whole { verdict: Verdict::of(refusal), body: &body, checked: &checked };
            if !self.begin_whole(parsed, asked, &whole, shared, batch) {
                return false;
            }
        } else {
            let sequence = self.next_sequence();
            self.expect_answer(asked, shared);
            self.answer_refusal(sequence, refusal, shared);
            if close {
                self.linger();
            }
        }
        if let (Some(input), false) = (rest, matches!(self.input, Input::Closed)) {
            self.input = input;
            self.since_ms = shared.now_ms;
        }
        true
    }

    /// Answers a request whose body was refused; what is to come of it is drained, or the connection ends.
    pub(super) fn refuse_incoming(&mut self, mut incoming: Box<Incoming>, refusal: &Refusal, shared: &mut Shared) {
        let sequence = incoming.sequence;
        incoming.request = None;
        self.input = Input::Body(incoming);
        self.answer_refusal(sequence, refusal, shared);
    }

    /// Reads no more of the body of a request that JavaScript has, and will answer.
    pub(super) fn leave_rest(&mut self, sequence: u32, shared: &mut Shared) {
        let must_close = self.leave_body(sequence, shared);
        if let Some(slot) = self.slot_mut(sequence) {
            slot.terms.close |= must_close;
            slot.since_ms = shared.now_ms;
        }
    }

    fn answer_refusal(&mut self, sequence: u32, refusal: &Refusal, shared: &mut Shared) {
        let replacements = Rc::clone(&shared.replacements);
        let document = replacements.refusal(refusal);
        self.answer_natively(sequence, &document.answer(false), shared);
    }
}
