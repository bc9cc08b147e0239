//! Checks values while they are read, and says what is wrong as soon as it is there. A value whose schema must look at it
//! more than once is indexed, and checked by the evaluator when it ends; all around it goes on here.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::columns::Columns;
use super::evaluate::Evaluator;
use super::findings::{Findings, location};
use super::leaf::{self, Scratch};
use super::limits::JsonLimits;
use super::program::{Node, NodeId, ObjectRules, Program};
use super::reader::{Kind, Opened, Scalar, Visitor};
use super::report::{Flow, Report};
use super::straight::{Nobody, Passed, Straight};
use super::tape::Tape;
use super::violation::{Params, Violation};
use super::{scan, uri};

/// Nothing is said of the value.
pub(super) const ANYTHING: NodeId = NodeId::MAX;

/// An array or object that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) node: NodeId,
    pub(super) object: bool,
    /// Elements or members so far.
    pub(super) count: u32,
    /// Of an object: the known names that were there.
    pub(super) seen: u64,
    /// Of an object: the number that the next name likely has.
    pub(super) hint: u32,
    /// Of an object: the schema of the member whose key was just read.
    pub(super) member: NodeId,
    /// Of an object: that key.
    pub(super) key: Scalar,
}

/// The state of a check.
#[derive(Debug, Default)]
pub(super) struct Stream {
    frames: Vec<Frame>,
    tape: Tape,
    /// The schema of the value that is being indexed.
    indexing: Option<NodeId>,
    pub(super) scratch: Scratch,
    pub(super) findings: Findings,
    pub(super) budget: u64,
    pub(super) exhausted: bool,
}

impl Stream {
    pub(super) fn begin(&mut self, max_violations: usize) {
        self.frames.clear();
        self.tape.clear();
        self.indexing = None;
        self.findings.begin(max_violations);
        self.budget = 0;
        self.exhausted = false;
    }
}

/// The pointer of the value that is being read.
fn pointer(frames: &[Frame], text: &[u8]) -> String {
    let mut pointer = String::new();
    for frame in frames {
        if !frame.object {
            uri::push_token(&mut pointer, &frame.count.saturating_sub(1).to_string());
            continue;
        }
        let raw = text.get(frame.key.start as usize..frame.key.end as usize).unwrap_or_default();
        let mut name = Cow::Borrowed(raw);
        if frame.key.escaped {
            let mut decoded = Vec::new();
            scan::decode(raw, &mut decoded);
            name = Cow::Owned(decoded);
        }
        uri::push_token(&mut pointer, &String::from_utf8_lossy(&name));
    }
    pointer
}

/// Reports what is wrong with the value behind the frames.
struct Here<'a> {
    findings: &'a mut Findings,
    frames: &'a [Frame],
    text: &'a [u8],
    node: &'a Node,
}

impl Report for Here<'_> {
    #[cold]
    fn fail(&mut self, keyword: &'static str, params: impl FnOnce() -> Params) -> Flow {
        self.findings.add(Violation {
            instance: pointer(self.frames, self.text),
            schema: location(self.node, keyword),
            keyword,
            params: params(),
        })
    }
}

/// A check that goes on.
pub(super) struct Checker<'c> {
    pub(super) program: &'c Program,
    pub(super) stream: &'c mut Stream,
    /// What is there of the text.
    pub(super) text: &'c [u8],
    /// How much of a budget each byte brings.
    pub(super) steps_per_byte: u64,
    /// What is to have the values.
    pub(super) columns: Option<&'c mut Columns>,
}

impl Checker<'_> {
    /// The schema of the value that begins, which is counted.
    #[inline]
    fn next_node(&mut self) -> NodeId {
        let program = self.program;
        let Some(frame) = self.stream.frames.last_mut() else { return program.root };
        if frame.object {
            return frame.member;
        }
        let place = frame.count as usize;
        frame.count += 1;
        if frame.node == ANYTHING {
            return ANYTHING;
        }
        let Some(rules) = &program.node(frame.node).array else { return ANYTHING };
        rules.prefix.get(place).copied().or(rules.rest).unwrap_or(ANYTHING)
    }

    /// Takes an array or object on the straight way, as far as that leads.
    fn pass_straight(&mut self, at: usize, depth: u32, limits: &JsonLimits) -> Passed {
        let program = self.program;
        let is_root = self.stream.frames.is_empty();
        let (mut node, mut max) = (program.root, u64::MAX);
        if let Some(frame) = self.stream.frames.last() {
            let rules = if frame.object { None } else { program.node(frame.node).array.as_ref() };
            node = match rules {
                Some(rules) => rules.prefix.get(frame.count as usize).copied().or(rules.rest).unwrap_or(ANYTHING),
                None => frame.member,
            };
            max = rules.and_then(|rules| rules.max).unwrap_or(u64::MAX).saturating_sub(u64::from(frame.count));
        }
        // One element too many is for others to tell.
        if max == 0 || self.stream.indexing.is_some() {
            return Passed::Nothing;
        }
        let Stream { frames, scratch, .. } = &mut *self.stream;
        let place = frames.len().wrapping_sub(1);
        let passed = match self.columns.take().filter(|_| is_root) {
            Some(columns) => {
                let mut writer = columns.writer(program);
                let passed =
                    Straight::new(program, self.text, limits, scratch, frames, &mut writer).pass(node, at, depth);
                columns.finish(matches!(passed, Passed::Whole(_)));
                passed
            }
            None => Straight::new(program, self.text, limits, scratch, frames, &mut Nobody).pass(node, at, depth),
        };
        if passed != Passed::Nothing
            && let Some(frame) = frames.get_mut(place).filter(|frame| !frame.object)
        {
            frame.count += 1;
        }
        passed
    }

    /// Counts an element and reports the first that is too many.
    #[inline]
    fn count_element(&mut self) -> Flow {
        let Some((frame, outer)) = self.stream.frames.split_last() else { return ControlFlow::Continue(()) };
        if frame.object || frame.node == ANYTHING {
            return ControlFlow::Continue(());
        }
        let node = self.program.node(frame.node);
        let max = node.array.as_ref().and_then(|rules| rules.max);
        match max {
            Some(max) if u64::from(frame.count) == max.saturating_add(1) => {
                Here { findings: &mut self.stream.findings, frames: outer, text: self.text, node }
                    .fail("maxItems", || Params::Limit(max.to_string()))
            }
            _ => ControlFlow::Continue(()),
        }
    }

    /// Checks the value that has been indexed.
    fn check_indexed(&mut self, node: NodeId, end: u32) -> Flow {
        let stream = &mut *self.stream;
        stream.indexing = None;
        let values = stream.tape.values(self.text);
        let bytes = u64::from(end - values.entry(0).start);
        stream.budget = stream.budget.saturating_add(bytes.saturating_mul(self.steps_per_byte));
        let frames = &stream.frames;
        let prefix = || pointer(frames, self.text);
        let mut evaluator = Evaluator::new(
            self.program,
            self.text,
            values,
            &mut stream.scratch,
            &mut stream.findings,
            &prefix,
            &mut stream.budget,
        );
        let flow = evaluator.evaluate(node, 0, None);
        stream.exhausted = evaluator.is_exhausted();
        let settled = stream.findings.deferred.settle(&self.program.deferrals, &values, &prefix);
        stream.exhausted |= !settled;
        stream.tape.clear();
        if stream.exhausted { ControlFlow::Break(()) } else { flow }
    }

    fn begin_scalar(&mut self, scalar: Scalar) -> Flow {
        if let Some(node) = self.stream.indexing {
            self.stream.tape.push_scalar(scalar);
            debug_assert!(!self.stream.tape.is_whole(), "{node}: a scalar is indexed at once");
            return ControlFlow::Continue(());
        }
        let id = self.next_node();
        self.count_element()?;
        if id == ANYTHING {
            return ControlFlow::Continue(());
        }
        let node = self.program.node(id);
        if !node.streams {
            self.stream.tape.push_scalar(scalar);
            return self.check_indexed(id, scalar.end);
        }
        let Stream { findings, frames, scratch, .. } = &mut *self.stream;
        let mut here = Here { findings, frames, text: self.text, node };
        leaf::check(self.program, node, scalar, self.text, scratch, &mut here)
    }

    fn begin_container(&mut self, kind: Kind, at: u32) -> Flow {
        if self.stream.indexing.is_some() {
            self.stream.tape.push_open(kind, at);
            return ControlFlow::Continue(());
        }
        let mut id = self.next_node();
        self.count_element()?;
        if id != ANYTHING {
            let node = self.program.node(id);
            if node.anything {
                id = ANYTHING;
            } else if !node.streams {
                self.stream.tape.push_open(kind, at);
                self.stream.indexing = Some(id);
                return ControlFlow::Continue(());
            } else {
                let Stream { findings, frames, .. } = &mut *self.stream;
                let mut here = Here { findings, frames, text: self.text, node };
                leaf::check_type(node, kind, &[], &mut here)?;
                // No array and no object is among the choices of a schema that streams.
                for choices in &node.choices {
                    here.fail(choices.keyword, || Params::None)?;
                }
            }
        }
        let key = Scalar { kind: Kind::String, start: 0, end: 0, escaped: false };
        let object = kind == Kind::Object;
        self.stream.frames.push(Frame { node: id, object, count: 0, seen: 0, hint: 0, member: ANYTHING, key });
        ControlFlow::Continue(())
    }

    fn begin_member(&mut self, name: &[u8], key: Scalar) -> Flow {
        if self.stream.indexing.is_some() {
            self.stream.tape.push_key(key);
            return ControlFlow::Continue(());
        }
        let program = self.program;
        let Some(frame) = self.stream.frames.last_mut() else { return ControlFlow::Continue(()) };
        frame.count += 1;
        frame.key = key;
        frame.member = ANYTHING;
        if frame.node == ANYTHING {
            return ControlFlow::Continue(());
        }
        let node = program.node(frame.node);
        let Some(rules) = &node.object else { return ControlFlow::Continue(()) };
        let found = rules.names.find(name, frame.hint);
        if let Some(number) = found {
            frame.hint = number + 1;
            frame.seen |= 1 << (number & 63);
        }
        let known = found.and_then(|number| rules.names.get(number)).and_then(|name| name.node);
        frame.member = known.or(rules.additional).unwrap_or(ANYTHING);
        let count = u64::from(frame.count);
        let Stream { findings, frames, scratch, .. } = &mut *self.stream;
        if let Some(max) = rules.max.filter(|max| count == max.saturating_add(1)) {
            let outer = frames.split_last().map_or(&[][..], |(_, outer)| outer);
            Here { findings, frames: outer, text: self.text, node }
                .fail("maxProperties", || Params::Limit(max.to_string()))?;
        }
        if let Some(names) = rules.property_names {
            let node = program.node(names);
            let mut here = Here { findings, frames, text: self.text, node };
            leaf::check(program, node, key, self.text, scratch, &mut here)?;
        }
        ControlFlow::Continue(())
    }

    fn end_container(&mut self, end: u32) -> Flow {
        if let Some(node) = self.stream.indexing {
            self.stream.tape.push_close(end);
            if self.stream.tape.is_whole() {
                return self.check_indexed(node, end);
            }
            return ControlFlow::Continue(());
        }
        let Some(frame) = self.stream.frames.pop() else { return ControlFlow::Continue(()) };
        if frame.node == ANYTHING {
            return ControlFlow::Continue(());
        }
        let node = self.program.node(frame.node);
        let Stream { findings, frames, .. } = &mut *self.stream;
        let mut here = Here { findings, frames, text: self.text, node };
        if frame.object {
            return node.object.as_ref().map_or(ControlFlow::Continue(()), |rules| end_object(rules, frame, &mut here));
        }
        match node.array.as_ref().and_then(|rules| rules.min) {
            Some(min) if u64::from(frame.count) < min => here.fail("minItems", || Params::Limit(min.to_string())),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn end_object(rules: &ObjectRules, frame: Frame, here: &mut Here<'_>) -> Flow {
    if let Some(min) = rules.min.filter(|min| u64::from(frame.count) < *min) {
        here.fail("minProperties", || Params::Limit(min.to_string()))?;
    }
    if frame.seen & rules.required_bits == rules.required_bits {
        return ControlFlow::Continue(());
    }
    for number in rules.required.iter().filter(|number| frame.seen & (1 << (**number & 63)) == 0) {
        let name = rules.names.get(*number).map(|name| String::from_utf8_lossy(&name.text).into_owned());
        here.fail("required", || Params::Property(name.unwrap_or_default()))?;
    }
    ControlFlow::Continue(())
}

impl Visitor for Checker<'_> {
    #[inline]
    fn scalar(&mut self, _: &[u8], scalar: Scalar) -> bool {
        self.begin_scalar(scalar).is_continue()
    }

    #[inline]
    fn open(&mut self, _: &[u8], kind: Kind, at: u32) -> bool {
        self.begin_container(kind, at).is_continue()
    }

    #[inline]
    fn key(&mut self, name: &[u8], key: Scalar) -> bool {
        self.begin_member(name, key).is_continue()
    }

    #[inline]
    fn close(&mut self, _: &[u8], _: Kind, end: u32) -> bool {
        self.end_container(end).is_continue()
    }

    #[inline]
    fn straight(&mut self, _: &[u8], at: usize, depth: u32, limits: &JsonLimits) -> Passed {
        self.pass_straight(at, depth, limits)
    }

    #[cold]
    fn resume(&self, opened: &mut Opened<'_>) {
        for frame in self.stream.frames.get(opened.count()..).unwrap_or_default() {
            if !frame.object {
                opened.array();
                continue;
            }
            let names = self.program.node(frame.node).object.as_ref().map(|rules| &rules.names);
            let mut left = frame.seen;
            opened.object(std::iter::from_fn(|| {
                let number = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                names?.get(number).map(|name| &*name.text)
            }));
        }
    }
}
