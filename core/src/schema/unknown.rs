//! Refuses properties that a schema does not know, by schemas that are `false`: as `additionalProperties` where an object's
//! schema stands alone, which is checked while it is read, and as `unevaluatedProperties` where it is put together.

use std::collections::HashMap;

use super::error::{SchemaError, SchemaProblem};
use super::finish::is_plain;
use super::options::Unknown;
use super::places;
use super::program::{Applied, Node, NodeId, ObjectRules, Program};

/// What a schema, and those that it applies to the same value, say of the names of properties.
#[derive(Clone, Copy, Debug, Default)]
struct Names {
    /// They know some, or allow none.
    some: bool,
    /// They say what all others are.
    all: bool,
    /// What `x-unknown` says; the outermost counts.
    said: Option<Unknown>,
}

fn object_names(object: &ObjectRules) -> bool {
    object.additional.is_some()
        || !object.patterns.is_empty()
        || (0..).take(object.names.len()).any(|number| object.names.get(number).is_some_and(|name| name.node.is_some()))
}

/// As deep as schemas apply each other to one value, which is limited.
fn names(program: &Program, id: NodeId, certain: bool, known: &mut HashMap<(NodeId, bool), Names>) -> Names {
    if let Some(names) = known.get(&(id, certain)) {
        return *names;
    }
    let node = program.node(id);
    let object = node.object.as_deref();
    let mut result = Names {
        some: object.is_some_and(object_names),
        all: object.is_some_and(|object| object.additional.is_some()) || node.unevaluated_properties.is_some(),
        said: node.shape.as_ref().and_then(|shape| shape.unknown).filter(|_| certain),
    };
    let mut merge = |id: NodeId, certain: bool| {
        let other = names(program, id, certain, known);
        result.some |= other.some;
        // What a branch says of all names counts in that branch.
        result.all |= other.all && certain;
        result.said = result.said.or(other.said);
    };
    for applied in &node.applied {
        match applied {
            Applied::Reference(id) => merge(*id, certain),
            Applied::All(list) => list.iter().for_each(|id| merge(*id, certain)),
            Applied::Any(list) | Applied::One(list) => list.iter().for_each(|id| merge(*id, false)),
            Applied::If { then, otherwise, .. } => then.iter().chain(otherwise).for_each(|id| merge(*id, false)),
            Applied::Not(_) | Applied::Dynamic(..) => {}
        }
    }
    known.insert((id, certain), result);
    result
}

/// What a schema refers to that says nothing else.
fn only_refers(node: &Node) -> Option<NodeId> {
    if node.shape.as_ref().is_some_and(|shape| shape.unknown.is_some()) {
        return None;
    }
    match &*node.applied {
        [Applied::Reference(id)] if is_plain(node) => Some(*id),
        _ => None,
    }
}

/// Makes a program refuse unknown properties, where `x-unknown` or `by_default` says so.
pub(super) fn refuse(program: &mut Program, by_default: bool) -> Result<(), SchemaError> {
    let says = |node: &Node| node.shape.as_ref().is_some_and(|shape| shape.unknown == Some(Unknown::Refuse));
    if !by_default && !program.nodes.iter().any(says) {
        return Ok(());
    }
    // Values are reached by these schemas first, and by those through references only.
    let count = program.nodes.len();
    let (mut first, mut inner) = (vec![false; count], vec![false; count]);
    let mut left = vec![program.root];
    for node in &program.nodes {
        left.extend(places::within(node));
        left.extend(node.array.as_ref().and_then(|array| array.contains).map(|contains| contains.node));
        if only_refers(node).is_none() {
            for applied in &node.applied {
                let list: Vec<NodeId> = match applied {
                    Applied::Reference(id) => vec![*id],
                    Applied::All(list) | Applied::Any(list) | Applied::One(list) => list.to_vec(),
                    Applied::If { condition, then, otherwise } => {
                        std::iter::once(condition).chain(then).chain(otherwise).copied().collect()
                    }
                    _ => Vec::new(),
                };
                for mut id in list {
                    inner.get_mut(id as usize).into_iter().for_each(|flag| *flag = true);
                    // There are no loops.
                    while let Some(target) = only_refers(program.node(id)) {
                        inner.get_mut(target as usize).into_iter().for_each(|flag| *flag = true);
                        id = target;
                    }
                }
            }
        }
    }
    while let Some(id) = left.pop() {
        let Some(flag @ false) = first.get_mut(id as usize) else { continue };
        *flag = true;
        // The one it refers to takes its place, unless that is a part of others too.
        let Some(target) = only_refers(program.node(id)) else { continue };
        if !inner.get(target as usize).copied().unwrap_or(true) {
            left.push(target);
        }
    }
    let mut known = HashMap::new();
    for id in (0..).take(count) {
        let is_first = first.get(id as usize).copied().unwrap_or_default();
        let node = program.node(id);
        let passes_on = only_refers(node).is_some_and(|to| !inner.get(to as usize).copied().unwrap_or(true));
        if !is_first || passes_on {
            continue;
        }
        let names = names(program, id, true, &mut known);
        let refuses = names.said.map_or(by_default, |said| said == Unknown::Refuse);
        if !refuses || names.all || !(names.some || names.said.is_some()) {
            continue;
        }
        if inner.get(id as usize).copied().unwrap_or_default() {
            let how =
                "refuses unknown properties, and is a part of another schema too: give it a place of its own in $defs";
            let problem = SchemaProblem::Contradiction(how.to_owned());
            return Err(SchemaError { location: node.location.clone(), problem });
        }
        let nothing = Node { never: Some("unknown"), location: node.location.clone(), ..Node::default() };
        let number = NodeId::try_from(program.nodes.len()).unwrap_or(NodeId::MAX);
        program.nodes.push(nothing);
        let Some(node) = program.nodes.get_mut(id as usize) else { continue };
        if node.applied.is_empty() {
            node.object.get_or_insert_default().additional = Some(number);
        } else {
            node.unevaluated_properties = Some(number);
        }
    }
    Ok(())
}
