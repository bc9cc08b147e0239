//! What a program says of rewriting, made before references are shortened: one form per schema, with the schemas that
//! certainly apply to the same value, and what there is to do in it and below it.

use std::collections::VecDeque;

use crate::schema::finish::{in_place, is_plain};
use crate::schema::names::NameTable;
use crate::schema::options::{RewriteOptions, Unknown};
use crate::schema::places;
use crate::schema::program::{Applied, Node, NodeId, Program, Types};
use crate::schema::shape::Shape;

/// Things to do, as bits.
pub(super) type Effects = u8;

const SANITISE: Effects = 1;
const BEYOND: Effects = 1 << 1;
const COERCE_SAID: Effects = 1 << 2;
const COERCE: Effects = 1 << 3;
const STRIP_SAID: Effects = 1 << 4;
const STRIP: Effects = 1 << 5;
pub(super) const DEFAULT: Effects = 1 << 6;

/// A schema that applies to values of these types.
pub(super) type Member = (NodeId, Types);

/// No default.
const NONE: u32 = u32::MAX;

/// What one schema says.
#[derive(Debug, Default)]
pub(in crate::schema) struct Form {
    /// The types that its values may have.
    pub(super) types: Types,
    pub(super) shape: Shape,
    /// It takes integers beyond 2^53 as strings.
    pub(super) beyond: bool,
    /// The names that it or a branch of it knows; those of `properties` with a schema.
    pub(super) names: NameTable,
    /// Patterns of names; of a branch without a schema.
    pub(super) patterns: Vec<(u32, Option<NodeId>)>,
    pub(super) additional: Option<NodeId>,
    /// It knows names of its own, so that others are unknown.
    pub(super) speaks: bool,
    /// It says what all other properties are.
    pub(super) open: bool,
    pub(super) prefix: Box<[NodeId]>,
    pub(super) rest: Option<NodeId>,
    /// Names that have a default, with the schema that has it.
    pub(super) defaults: Vec<(u32, NodeId)>,
    /// By the number of a name, its place among the defaults.
    default_at: Vec<u32>,
    /// It and those that certainly apply with it.
    pub(super) members: Vec<Member>,
    /// What there is to do in a value, and below it.
    effects: Effects,
}

impl Form {
    /// The place among the defaults of a name.
    pub(super) fn default_at(&self, number: u32) -> Option<usize> {
        self.default_at.get(number as usize).filter(|at| **at != NONE).map(|at| *at as usize)
    }
}

/// The forms of a program.
#[derive(Debug, Default)]
pub(in crate::schema) struct Forms {
    list: Vec<Form>,
    root: NodeId,
}

/// What is to be done by these options.
pub(super) fn wanted(options: RewriteOptions) -> Effects {
    let when = |wanted: bool, effects: Effects| if wanted { effects } else { 0 };
    SANITISE
        | BEYOND
        | COERCE_SAID
        | STRIP_SAID
        | when(options.coerce, COERCE)
        | when(options.unknown == Unknown::Strip, STRIP)
        | when(options.defaults, DEFAULT)
}

fn members(program: &Program, id: NodeId, types: &[Types]) -> Vec<Member> {
    let mut members: Vec<Member> = vec![(id, Types::ALL)];
    let mut left = VecDeque::from([(id, Types::ALL)]);
    while let Some((id, when)) = left.pop_front() {
        for (next, types) in places::followed(program.node(id), types) {
            let when = when.both(types);
            match members.iter_mut().find(|(known, _)| *known == next) {
                Some((_, known)) if known.has(when) => continue,
                Some((_, known)) => *known = known.with(when),
                None => members.push((next, when)),
            }
            left.push_back((next, when));
        }
    }
    members
}

/// Adds the names that schemas of the same value know, but for those that must not hold.
fn add_known(program: &Program, form: &mut Form, first: NodeId) {
    let mut left = vec![first];
    let mut seen = Vec::new();
    while let Some(id) = left.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let node = program.node(id);
        if let Some(object) = &node.object {
            for name in (0..).take(object.names.len()).filter_map(|number| object.names.get(number)) {
                form.names.add(&name.text);
            }
            if id != first {
                form.patterns.extend(object.patterns.iter().map(|(pattern, _)| (*pattern, None)));
            }
            left.extend(object.dependent_schemas.iter().map(|(_, id)| *id));
            form.open |= object.additional.is_some_and(|id| program.node(id).never.is_none());
        }
        form.open |= node.unevaluated_properties.is_some_and(|id| program.node(id).never.is_none());
        for applied in &node.applied {
            match applied {
                Applied::Reference(id) => left.push(*id),
                Applied::Dynamic(initial, candidates) => {
                    left.push(*initial);
                    left.extend(candidates.iter().map(|(_, id)| *id));
                }
                Applied::All(list) | Applied::Any(list) | Applied::One(list) => left.extend_from_slice(list),
                Applied::If { condition, then, otherwise } => {
                    left.push(*condition);
                    left.extend(then.iter().chain(otherwise));
                }
                Applied::Not(_) => {}
            }
        }
    }
}

fn form(program: &Program, id: NodeId, types: &[Types]) -> Form {
    let node = program.node(id);
    let mut form = Form {
        types: types.get(id as usize).copied().unwrap_or(Types::ALL),
        shape: node.shape.as_deref().cloned().unwrap_or_default(),
        members: members(program, id, types),
        ..Form::default()
    };
    if let Some(object) = &node.object {
        for name in (0..).take(object.names.len()).filter_map(|number| object.names.get(number)) {
            let number = form.names.add(&name.text);
            if let Some(id) = name.node {
                form.names.set_node(number, id);
                form.speaks = true;
            }
        }
        form.patterns.extend(object.patterns.iter().map(|(pattern, id)| (*pattern, Some(*id))));
        form.additional = object.additional.filter(|id| program.node(*id).never.is_none());
        form.speaks |= !object.patterns.is_empty() || object.additional.is_some();
    }
    form.speaks |= node.unevaluated_properties.is_some() || form.shape.unknown.is_some();
    add_known(program, &mut form, id);
    form.names.finish();
    if let Some(array) = &node.array {
        form.prefix.clone_from(&array.prefix);
        form.rest = array.rest;
    }
    form
}

/// Lets the schemas take integers beyond 2^53 as strings that are alone with their value, so that no other looks at the
/// string.
fn mark_beyond(program: &mut Program) {
    if program.dynamic {
        return;
    }
    let count = program.nodes.len();
    let mut shared = vec![false; count];
    let mut left: Vec<NodeId> = Vec::new();
    for node in &program.nodes {
        let alone = is_plain(node)
            && match &*node.applied {
                [Applied::Reference(_) | Applied::Any(_) | Applied::One(_)] => true,
                [Applied::All(list)] => list.len() == 1,
                _ => false,
            };
        if !alone {
            left.extend(in_place(node));
        }
    }
    while let Some(id) = left.pop() {
        if let Some(flag @ false) = shared.get_mut(id as usize) {
            *flag = true;
            left.extend(in_place(program.node(id)));
        }
    }
    for (node, shared) in program.nodes.iter_mut().zip(shared) {
        let whole = node.shape.as_ref().and_then(|shape| shape.whole).filter(|whole| whole.is_wide());
        let numbers = !node.types.both(Types::NUMBERS).is_empty() && node.types.both(Types::STRING).is_empty();
        if !shared && numbers && node.applied.is_empty() {
            node.beyond = whole;
        }
    }
}

/// What there is to do in a value itself.
fn own_effects(forms: &[Form], form: &Form) -> Effects {
    let mut effects = 0;
    let mut when = |wanted: bool, effect: Effects| effects |= if wanted { effect } else { 0 };
    let scalars = Types::NUMBERS.with(Types::BOOLEAN).with(Types::NULL);
    when(!form.shape.sanitise.is_empty(), SANITISE);
    when(form.beyond, BEYOND);
    when(form.shape.coerce == Some(true), COERCE_SAID);
    when(form.types != Types::ALL && !form.types.both(scalars).is_empty(), COERCE);
    when(form.shape.unknown == Some(Unknown::Strip), STRIP_SAID);
    when(form.speaks && !form.open, STRIP);
    let has_default = |id: &NodeId| forms.get(*id as usize).is_some_and(|form| form.shape.default.is_some());
    when(!form.defaults.is_empty() || form.prefix.iter().any(has_default), DEFAULT);
    effects
}

impl Forms {
    /// Makes the forms of a program, and marks its schemas that take integers beyond 2^53 as strings.
    pub(in crate::schema) fn build(program: &mut Program) -> Self {
        mark_beyond(program);
        let types = places::effective_types(program);
        let ids = || (0..).take(program.nodes.len());
        let mut list: Vec<Form> = ids().map(|id| form(program, id, &types)).collect();
        for (form, node) in list.iter_mut().zip(&program.nodes) {
            form.beyond = node.beyond.is_some();
        }
        let forms = Self { list, root: program.root };
        let defaults: Vec<Vec<(u32, NodeId)>> = ids().map(|id| forms.defaults_of(forms.form(id))).collect();
        let mut list = forms.list;
        for (form, defaults) in list.iter_mut().zip(defaults) {
            form.default_at = vec![NONE; form.names.len()];
            for (at, (name, _)) in (0..).zip(&defaults) {
                form.default_at.get_mut(*name as usize).into_iter().for_each(|place| *place = at);
            }
            form.defaults = defaults;
        }
        spread(&mut list, &program.nodes);
        Self { list, root: program.root }
    }

    fn defaults_of(&self, form: &Form) -> Vec<(u32, NodeId)> {
        (0..)
            .take(form.names.len())
            .filter_map(|number| Some((number, self.default_source(form.names.get(number)?.node?)?)))
            .collect()
    }

    /// The schema that has the default of a value of this one: itself or the first that applies with it.
    pub(super) fn default_source(&self, id: NodeId) -> Option<NodeId> {
        let has = |id: NodeId| self.form(id).shape.default.is_some();
        let members = self.form(id).members.iter();
        members.filter(|(_, when)| *when == Types::ALL).map(|(id, _)| *id).find(|id| has(*id))
    }

    pub(super) fn form(&self, id: NodeId) -> &Form {
        static EMPTY: std::sync::LazyLock<Form> = std::sync::LazyLock::new(Form::default);
        self.list.get(id as usize).unwrap_or_else(|| &EMPTY)
    }

    pub(super) fn root(&self) -> NodeId {
        self.root
    }

    /// Whether there is something of this to do in values of a schema.
    pub(super) fn has(&self, id: NodeId, wanted: Effects) -> bool {
        self.form(id).effects & wanted != 0
    }
}

/// Gives each form the effects of all below it and beside it.
fn spread(list: &mut [Form], nodes: &[Node]) {
    let own: Vec<Effects> = list.iter().map(|form| own_effects(list, form)).collect();
    let mut users: Vec<Vec<NodeId>> = vec![Vec::new(); list.len()];
    for ((id, form), node) in (0..).zip(&*list).zip(nodes) {
        let members = form.members.iter().map(|(member, _)| *member).filter(|member| *member != id);
        for used in members.chain(places::within(node)) {
            users.get_mut(used as usize).into_iter().for_each(|users| users.push(id));
        }
    }
    for (id, own) in (0..).zip(own) {
        let mut left: Vec<NodeId> = vec![id];
        while let Some(next) = left.pop() {
            let Some(form) = list.get_mut(next as usize) else { continue };
            if form.effects & own == own {
                continue;
            }
            form.effects |= own;
            left.extend(users.get(next as usize).into_iter().flatten());
        }
    }
}
