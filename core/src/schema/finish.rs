//! What is known when all nodes are there: loops, short cuts, and which values can be checked while they are read.

use super::error::{SchemaError, SchemaProblem};
use super::program::{Applied, Node, NodeId, Program, Types};
use super::ways::ways;

/// Schemas that apply each other to one value; chosen: it bounds the stack together with the depth of values.
const MAX_CHAIN: usize = 200;

/// The schemas that a node applies to the same value, whatever it is.
pub(super) fn in_place(node: &Node) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    for applied in &node.applied {
        match applied {
            // Where dynamic references lead is known at run time, which has a limit of its own.
            Applied::Reference(node) | Applied::Not(node) | Applied::Dynamic(node, _) => nodes.push(*node),
            Applied::All(list) | Applied::Any(list) | Applied::One(list) => nodes.extend_from_slice(list),
            Applied::If { condition, then, otherwise } => {
                nodes.push(*condition);
                nodes.extend(then.iter().chain(otherwise));
            }
        }
    }
    if let Some(object) = &node.object {
        nodes.extend(object.dependent_schemas.iter().map(|(_, node)| *node));
    }
    nodes
}

/// Refuses schemas that apply themselves to the same value.
pub(super) fn refuse_loops(program: &Program) -> Result<(), SchemaError> {
    let mut done = vec![false; program.nodes.len()];
    let mut on_path = vec![false; program.nodes.len()];
    let set = |list: &mut Vec<bool>, node: NodeId, to: bool| {
        if let Some(flag) = list.get_mut(node as usize) {
            *flag = to;
        }
    };
    let get = |list: &[bool], node: NodeId| list.get(node as usize).copied().unwrap_or(true);
    for start in 0..NodeId::try_from(program.nodes.len()).unwrap_or(NodeId::MAX) {
        if get(&done, start) {
            continue;
        }
        set(&mut on_path, start, true);
        let mut path = vec![(start, in_place(program.node(start)))];
        while let Some((node, left)) = path.last_mut() {
            let node = *node;
            let Some(next) = left.pop() else {
                set(&mut on_path, node, false);
                set(&mut done, node, true);
                path.pop();
                continue;
            };
            let problem = if get(&on_path, next) {
                Some(SchemaProblem::Loop)
            } else if path.len() >= MAX_CHAIN {
                Some(SchemaProblem::Limit("200 schemas that apply each other to one value"))
            } else {
                None
            };
            if let Some(problem) = problem {
                return Err(SchemaError { location: program.node(next).location.clone(), problem });
            }
            if !get(&done, next) {
                set(&mut on_path, next, true);
                path.push((next, in_place(program.node(next))));
            }
        }
    }
    Ok(())
}

pub(super) fn is_plain(node: &Node) -> bool {
    node.never.is_none()
        && node.types == Types::ALL
        && node.choices.is_empty()
        && node.numbers.is_empty()
        && node.strings.is_empty()
        && node.object.is_none()
        && node.array.is_none()
        && node.unevaluated_properties.is_none()
        && node.unevaluated_items.is_none()
        && node.deferred.is_empty()
}

/// Where a node only refers to another, that other one takes its place.
fn shorten(program: &mut Program) {
    let target = |program: &Program, node: NodeId| -> NodeId {
        let mut at = node;
        // There are no loops.
        while let (true, [Applied::Reference(next)]) = (is_plain(program.node(at)), &*program.node(at).applied) {
            at = *next;
        }
        at
    };
    let targets: Vec<NodeId> =
        (0..NodeId::try_from(program.nodes.len()).unwrap_or(0)).map(|node| target(program, node)).collect();
    let follow = |node: &mut NodeId| *node = targets.get(*node as usize).copied().unwrap_or(*node);
    follow(&mut program.root);
    for node in &mut program.nodes {
        if let Some(object) = &mut node.object {
            object.names.each_node(follow);
            object.patterns.iter_mut().for_each(|(_, node)| follow(node));
            object.additional.iter_mut().for_each(&follow);
            object.property_names.iter_mut().for_each(&follow);
            object.dependent_schemas.iter_mut().for_each(|(_, node)| follow(node));
        }
        if let Some(array) = &mut node.array {
            array.prefix.iter_mut().for_each(&follow);
            array.rest.iter_mut().for_each(&follow);
            array.contains.iter_mut().for_each(|contains| follow(&mut contains.node));
        }
        for applied in &mut node.applied {
            match applied {
                Applied::Reference(node) | Applied::Not(node) | Applied::Dynamic(node, _) => follow(node),
                Applied::All(list) | Applied::Any(list) | Applied::One(list) => list.iter_mut().for_each(&follow),
                Applied::If { condition, then, otherwise } => {
                    follow(condition);
                    then.iter_mut().chain(otherwise).for_each(&follow);
                }
            }
        }
        node.unevaluated_properties.iter_mut().for_each(&follow);
        node.unevaluated_items.iter_mut().for_each(&follow);
    }
}

/// Whether a node's own keywords can be checked while the value is read.
fn streams(node: &Node) -> bool {
    let containers = Types::ARRAY.with(Types::OBJECT);
    let object = node.object.as_ref().is_none_or(|object| {
        object.names.len() <= 64
            && object.patterns.is_empty()
            && object.dependent.is_empty()
            && object.dependent_schemas.is_empty()
    });
    object
        && node.array.as_ref().is_none_or(|array| !array.unique && array.contains.is_none())
        && node.applied.is_empty()
        && node.unevaluated_properties.is_none()
        && node.unevaluated_items.is_none()
        && node.deferred.is_empty()
        && node.choices.iter().all(|choices| choices.types.both(containers).is_empty())
}

/// Completes a program.
pub(super) fn finish(program: &mut Program) {
    if !program.dynamic {
        shorten(program);
    }
    for node in &mut program.nodes {
        node.anything = is_plain(node) && node.applied.is_empty();
        node.streams = !program.dynamic && streams(node);
    }
    // Names are strings that are checked on the spot.
    let leaves: Vec<bool> = program.nodes.iter().map(|node| node.streams).collect();
    for node in &mut program.nodes {
        let names = node.object.as_ref().and_then(|object| object.property_names);
        node.streams &= names.is_none_or(|names| leaves.get(names as usize).copied().unwrap_or(false));
    }
    program.ways = ways(program);
}
