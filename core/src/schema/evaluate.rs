//! Checks a value by its index, with all keywords. Recursive: as deep as the value, times the schemas that apply each
//! other to one value, which are both limited; and every step is charged to a budget, because schemas with branches that
//! branch again can take time that is exponential in the depth of a value.

use std::ops::ControlFlow;

use super::canonical;
use super::evaluated::{Evaluated, Seen};
use super::findings::{At, Findings};
use super::leaf::{self, Scratch};
use super::program::{Applied, ArrayRules, Contains, Node, NodeId, ObjectRules, Program};
use super::reader::{Kind, Scalar};
use super::report::{Flow, Report};
use super::tape::Values;
use super::violation::Params;

/// Calls within each other; chosen: at some 500 bytes each they take 0.5 MiB of stack.
const MAX_CALLS: u32 = 1000;

const GO_ON: Flow = ControlFlow::Continue(());
const STOP: Flow = ControlFlow::Break(());

/// One evaluation.
pub(super) struct Evaluator<'e> {
    pub(super) program: &'e Program,
    pub(super) text: &'e [u8],
    pub(super) values: Values<'e>,
    pub(super) scratch: &'e mut Scratch,
    pub(super) findings: &'e mut Findings,
    /// The pointer of the indexed value.
    pub(super) prefix: &'e dyn Fn() -> String,
    /// Steps that are left.
    pub(super) budget: &'e mut u64,
    /// Within a branch only the verdict counts.
    quiet: u32,
    calls: u32,
    /// The resources that were entered, the outermost first.
    scope: Vec<u32>,
    exhausted: bool,
}

impl<'e> Evaluator<'e> {
    pub(super) fn new(
        program: &'e Program,
        text: &'e [u8],
        values: Values<'e>,
        scratch: &'e mut Scratch,
        findings: &'e mut Findings,
        prefix: &'e dyn Fn() -> String,
        budget: &'e mut u64,
    ) -> Self {
        Self {
            program,
            text,
            values,
            scratch,
            findings,
            prefix,
            budget,
            quiet: 0,
            calls: 0,
            scope: Vec::new(),
            exhausted: false,
        }
    }

    /// Whether the budget was used up, so that what was found is not all.
    pub(super) fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    fn charge(&mut self, steps: u64) -> Flow {
        if let Some(left) = self.budget.checked_sub(steps) {
            *self.budget = left;
            return GO_ON;
        }
        self.exhausted = true;
        STOP
    }

    fn fail(&mut self, node: &Node, value: u32, keyword: &'static str, params: impl FnOnce() -> Params) -> Flow {
        let (values, prefix, quiet) = (self.values, self.prefix, self.quiet > 0);
        At { quiet, findings: self.findings, values, prefix, node, value }.fail(keyword, params)
    }

    /// Checks a value; breaks when no more needs to be known.
    pub(super) fn evaluate(&mut self, id: NodeId, value: u32, seen: Option<&mut Evaluated>) -> Flow {
        self.charge(1)?;
        let program = self.program;
        let node = program.node(id);
        if node.anything {
            return GO_ON;
        }
        self.calls += 1;
        if self.calls > MAX_CALLS {
            self.exhausted = true;
            return STOP;
        }
        let enters = program.dynamic && self.scope.last() != Some(&node.resource);
        if enters {
            self.scope.push(node.resource);
        }
        let flow = self.node(node, value, seen);
        if enters {
            self.scope.pop();
        }
        self.calls -= 1;
        flow
    }

    /// Whether a value is right.
    fn holds(&mut self, id: NodeId, value: u32, seen: Option<&mut Evaluated>) -> ControlFlow<(), bool> {
        self.quiet += 1;
        let flow = self.evaluate(id, value, seen);
        self.quiet -= 1;
        if self.exhausted { ControlFlow::Break(()) } else { ControlFlow::Continue(flow.is_continue()) }
    }

    fn node(&mut self, node: &'e Node, value: u32, seen: Option<&mut Evaluated>) -> Flow {
        if node.unevaluated_properties.is_none() && node.unevaluated_items.is_none() {
            return self.keywords(node, value, seen);
        }
        // What is beside these keywords counts, what is around does not.
        let mut own = Evaluated::default();
        self.keywords(node, value, Some(&mut own))?;
        let values = self.values;
        match (values.kind(value), node.unevaluated_properties, node.unevaluated_items) {
            (Kind::Object, Some(id), _) => {
                for (place, (_, member)) in (0..).zip(values.members(value)) {
                    if !own.has(place) {
                        self.evaluate(id, member, None)?;
                    }
                }
                own.add_all();
            }
            (Kind::Array, _, Some(id)) => {
                for (place, element) in (0..).zip(values.elements(value)) {
                    if !own.has(place) {
                        self.evaluate(id, element, None)?;
                    }
                }
                own.add_all();
            }
            _ => {}
        }
        if let Some(seen) = seen {
            seen.merge(&own);
        }
        GO_ON
    }

    fn keywords(&mut self, node: &'e Node, value: u32, mut seen: Option<&mut Evaluated>) -> Flow {
        let entry = self.values.entry(value);
        let (values, prefix, quiet) = (self.values, self.prefix, self.quiet > 0);
        if matches!(entry.kind, Kind::Array | Kind::Object) {
            let mut at = At { quiet, findings: self.findings, values, prefix, node, value };
            leaf::check_type(node, entry.kind, &[], &mut at)?;
            self.choices(node, value)?;
            match (entry.kind, &node.object, &node.array) {
                (Kind::Object, Some(rules), _) => self.object(node, rules, value, seen.as_deref_mut())?,
                (Kind::Array, _, Some(rules)) => self.array(node, rules, value, seen.as_deref_mut())?,
                _ => {}
            }
        } else {
            // Patterns and formats read each byte once.
            if !node.strings.is_empty() {
                self.charge(u64::from(entry.end - entry.start) / 8)?;
            }
            let scalar = Scalar { kind: entry.kind, start: entry.start, end: entry.end, escaped: entry.escaped };
            let mut at = At { quiet, findings: self.findings, values, prefix, node, value };
            leaf::check(self.program, node, scalar, self.text, self.scratch, &mut at)?;
        }
        for number in &node.deferred {
            self.findings.deferred.note(&self.program.deferrals, *number, &values, value);
        }
        for applied in &node.applied {
            self.apply(node, applied, value, seen.as_deref_mut())?;
        }
        GO_ON
    }

    fn choices(&mut self, node: &Node, value: u32) -> Flow {
        if node.choices.is_empty() {
            return GO_ON;
        }
        let entry = self.values.entry(value);
        self.charge(u64::from(entry.end - entry.start))?;
        let mut bytes = Vec::new();
        canonical::write(&self.values, value, &mut bytes);
        let (values, prefix, quiet) = (self.values, self.prefix, self.quiet > 0);
        for choices in &node.choices {
            let mut at = At { quiet, findings: self.findings, values, prefix, node, value };
            leaf::check_canonical(choices, &bytes, &mut at)?;
        }
        GO_ON
    }

    fn apply(&mut self, node: &'e Node, applied: &'e Applied, value: u32, seen: Option<&mut Evaluated>) -> Flow {
        match applied {
            Applied::Reference(id) => self.evaluate(*id, value, seen),
            Applied::Dynamic(initial, candidates) => {
                let find = |resource: &u32| candidates.iter().find(|(known, _)| known == resource);
                let id = self.scope.iter().find_map(find).map_or(*initial, |(_, id)| *id);
                self.evaluate(id, value, seen)
            }
            Applied::All(list) => {
                let mut seen = seen;
                list.iter().try_for_each(|id| self.evaluate(*id, value, seen.as_deref_mut()))
            }
            Applied::Any(list) => {
                let mut any = false;
                let mut seen = seen;
                for id in list {
                    any |= self.branch(*id, value, seen.as_deref_mut())?;
                    // The others only matter for what they look at.
                    if any && seen.is_none() {
                        break;
                    }
                }
                if any { GO_ON } else { self.fail(node, value, "anyOf", || Params::None) }
            }
            Applied::One(list) => {
                let mut right = 0;
                let mut seen = seen;
                for id in list {
                    right += u32::from(self.branch(*id, value, seen.as_deref_mut())?);
                    if right > 1 {
                        break;
                    }
                }
                if right == 1 { GO_ON } else { self.fail(node, value, "oneOf", || Params::Found(right)) }
            }
            Applied::Not(id) => {
                let holds = self.holds(*id, value, None)?;
                if holds { self.fail(node, value, "not", || Params::None) } else { GO_ON }
            }
            Applied::If { condition, then, otherwise } => {
                let mut seen = seen;
                if then.is_none() && otherwise.is_none() && seen.is_none() {
                    return GO_ON;
                }
                let holds = self.branch(*condition, value, seen.as_deref_mut())?;
                match if holds { then } else { otherwise } {
                    Some(id) => self.evaluate(*id, value, seen),
                    None => GO_ON,
                }
            }
        }
    }

    /// Whether a value is right; what was looked at counts only then.
    fn branch(&mut self, id: NodeId, value: u32, seen: Option<&mut Evaluated>) -> ControlFlow<(), bool> {
        let Some(seen) = seen else { return self.holds(id, value, None) };
        let mut own = Evaluated::default();
        let holds = self.holds(id, value, Some(&mut own))?;
        if holds {
            seen.merge(&own);
        }
        ControlFlow::Continue(holds)
    }

    fn object(&mut self, node: &'e Node, rules: &'e ObjectRules, value: u32, mut seen: Option<&mut Evaluated>) -> Flow {
        let (values, program) = (self.values, self.program);
        let count = u64::from(values.entry(value).count);
        if let Some(min) = rules.min.filter(|min| count < *min) {
            self.fail(node, value, "minProperties", || Params::Limit(min.to_string()))?;
        }
        if let Some(max) = rules.max.filter(|max| count > *max) {
            self.fail(node, value, "maxProperties", || Params::Limit(max.to_string()))?;
        }
        let mut names = Seen::default();
        let mut hint = 0;
        for (place, (key, member)) in (0..).zip(values.members(value)) {
            self.charge(1)?;
            let name = values.string(key);
            let mut known = false;
            if let Some(number) = rules.names.find(&name, hint) {
                hint = number + 1;
                names.add(number);
                if let Some(id) = rules.names.get(number).and_then(|name| name.node) {
                    known = true;
                    self.evaluate(id, member, None)?;
                }
            }
            for (pattern, id) in &rules.patterns {
                self.charge(1 + name.len() as u64 / 8)?;
                if self.scratch.pattern(program, *pattern, &name) {
                    known = true;
                    self.evaluate(*id, member, None)?;
                }
            }
            if let (false, Some(id)) = (known, rules.additional) {
                known = true;
                self.evaluate(id, member, None)?;
            }
            if let (true, Some(seen)) = (known, &mut seen) {
                seen.add(place);
            }
            if let Some(id) = rules.property_names {
                self.evaluate(id, key, None)?;
            }
        }
        let name_of =
            |number: u32| rules.names.get(number).map(|name| String::from_utf8_lossy(&name.text)).unwrap_or_default();
        for number in &rules.required {
            if !names.has(*number) {
                self.fail(node, value, "required", || Params::Property(name_of(*number).into_owned()))?;
            }
        }
        for (name, others, keyword) in &rules.dependent {
            for other in others.iter().filter(|_| names.has(*name)) {
                if !names.has(*other) {
                    self.fail(node, value, keyword, || Params::Property(name_of(*other).into_owned()))?;
                }
            }
        }
        for (name, id) in &rules.dependent_schemas {
            if names.has(*name) {
                self.evaluate(*id, value, seen.as_deref_mut())?;
            }
        }
        GO_ON
    }

    fn array(&mut self, node: &'e Node, rules: &'e ArrayRules, value: u32, mut seen: Option<&mut Evaluated>) -> Flow {
        let values = self.values;
        let count = u64::from(values.entry(value).count);
        if let Some(min) = rules.min.filter(|min| count < *min) {
            self.fail(node, value, "minItems", || Params::Limit(min.to_string()))?;
        }
        if let Some(max) = rules.max.filter(|max| count > *max) {
            self.fail(node, value, "maxItems", || Params::Limit(max.to_string()))?;
        }
        if rules.unique {
            self.unique(node, value)?;
        }
        if !rules.prefix.is_empty() || rules.rest.is_some() {
            let ids = rules.prefix.iter().copied().map(Some).chain(std::iter::repeat(rules.rest));
            for ((place, element), id) in (0..).zip(values.elements(value)).zip(ids) {
                let Some(id) = id else { break };
                self.evaluate(id, element, None)?;
                if let Some(seen) = &mut seen {
                    seen.add(place);
                }
            }
        }
        match &rules.contains {
            Some(contains) => self.contains(node, contains, value, seen),
            None => GO_ON,
        }
    }

    fn contains(&mut self, node: &Node, contains: &Contains, value: u32, mut seen: Option<&mut Evaluated>) -> Flow {
        let values = self.values;
        seen = seen.filter(|_| contains.evaluates);
        let mut found = 0u32;
        for (place, element) in (0..).zip(values.elements(value)) {
            if contains.max.is_none() && u64::from(found) >= contains.min && seen.is_none() {
                break;
            }
            if self.holds(contains.node, element, None)? {
                found += 1;
                if let Some(seen) = &mut seen {
                    seen.add(place);
                }
            }
        }
        if u64::from(found) < contains.min {
            let keyword = if contains.min_given { "minContains" } else { "contains" };
            self.fail(node, value, keyword, || Params::Found(found))?;
        }
        if contains.max.is_some_and(|max| u64::from(found) > max) {
            self.fail(node, value, "maxContains", || Params::Found(found))?;
        }
        GO_ON
    }

    /// Finds two equal elements by sorting their canonical forms.
    fn unique(&mut self, node: &Node, value: u32) -> Flow {
        let entry = self.values.entry(value);
        if entry.count < 2 {
            return GO_ON;
        }
        self.charge(u64::from(entry.end - entry.start))?;
        let mut bytes = Vec::new();
        let mut forms = Vec::with_capacity(entry.count as usize);
        for (place, element) in (0u32..).zip(self.values.elements(value)) {
            let start = bytes.len();
            canonical::write(&self.values, element, &mut bytes);
            forms.push((start, bytes.len(), place));
        }
        let form = |(start, end, _): &(usize, usize, u32)| bytes.get(*start..*end).unwrap_or_default();
        forms.sort_unstable_by(|one, two| form(one).cmp(form(two)).then(one.2.cmp(&two.2)));
        let equal = forms.windows(2).find_map(|pair| match pair {
            [one, two] if form(one) == form(two) => Some((one.2, two.2)),
            _ => None,
        });
        match equal {
            Some((one, two)) => self.fail(node, value, "uniqueItems", || Params::Equal(one, two)),
            None => GO_ON,
        }
    }
}
