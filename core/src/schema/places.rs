//! Where schemas stand to each other: which apply to a value whatever it is, which only if others hold, and which values
//! a rewriting comes by.

use super::error::{SchemaError, SchemaProblem};
use super::options::SchemaOptions;
use super::program::{Applied, Node, NodeId, Program, Types};

/// The types that a value may have at all by a schema and by those that it applies to the same value.
pub(super) fn effective_types(program: &Program) -> Vec<Types> {
    let mut known = vec![None; program.nodes.len()];
    (0..).take(known.len()).map(|id| types(program, id, &mut known)).collect::<Vec<_>>()
}

/// As deep as schemas apply each other to one value, which is limited.
fn types(program: &Program, id: NodeId, known: &mut Vec<Option<Types>>) -> Types {
    if let Some(Some(types)) = known.get(id as usize) {
        return *types;
    }
    let node = program.node(id);
    let mut result = if node.never.is_some() { Types::NONE } else { node.types };
    for choices in &node.choices {
        result = result.both(choices.types);
    }
    for applied in &node.applied {
        match applied {
            Applied::Reference(id) => result = result.both(types(program, *id, known)),
            Applied::All(list) => {
                result = list.iter().fold(result, |result, id| result.both(types(program, *id, known)));
            }
            Applied::Any(list) | Applied::One(list) => {
                let any = list.iter().fold(Types::NONE, |any, id| any.with(types(program, *id, known)));
                result = result.both(any);
            }
            _ => {}
        }
    }
    if let Some(place) = known.get_mut(id as usize) {
        *place = Some(result);
    }
    result
}

/// Integers are numbers where only the first byte of a value counts.
fn kinds(types: Types) -> Types {
    if types.both(Types::NUMBERS).is_empty() { types } else { types.with(Types::NUMBERS) }
}

/// The schemas that certainly apply to a value if it has one of these types: references, `allOf`, and the branch of
/// `anyOf` or `oneOf` that is the only one for its type.
pub(super) fn followed(node: &Node, types: &[Types]) -> Vec<(NodeId, Types)> {
    let of = |id: NodeId| kinds(types.get(id as usize).copied().unwrap_or(Types::ALL));
    let mut list = Vec::new();
    for applied in &node.applied {
        match applied {
            Applied::Reference(id) => list.push((*id, Types::ALL)),
            Applied::All(all) => list.extend(all.iter().map(|id| (*id, Types::ALL))),
            Applied::Any(branches) | Applied::One(branches) => {
                for (at, branch) in branches.iter().enumerate() {
                    let others = branches.iter().enumerate().filter(|(other, _)| *other != at);
                    let alone = others.fold(of(*branch), |alone, (_, other)| alone.without(of(*other)));
                    if !alone.is_empty() {
                        list.push((*branch, alone));
                    }
                }
            }
            _ => {}
        }
    }
    list
}

/// The schemas of the values within a value.
pub(super) fn within(node: &Node) -> Vec<NodeId> {
    let mut list = Vec::new();
    if let Some(object) = &node.object {
        let names = (0..).take(object.names.len()).filter_map(|number| object.names.get(number)?.node);
        list.extend(names.chain(object.patterns.iter().map(|(_, id)| *id)).chain(object.additional));
    }
    if let Some(array) = &node.array {
        list.extend(array.prefix.iter().copied().chain(array.rest));
    }
    list
}

/// The schemas that hold or do not, without a value being wrong for it.
fn questions(node: &Node) -> Vec<NodeId> {
    let mut list = Vec::new();
    for applied in &node.applied {
        match applied {
            Applied::Any(branches) | Applied::One(branches) => list.extend_from_slice(branches),
            Applied::Not(id) | Applied::If { condition: id, .. } => list.push(*id),
            _ => {}
        }
    }
    list.extend(node.array.as_ref().and_then(|array| array.contains).map(|contains| contains.node));
    list
}

/// All others that must hold, and that a rewriting does not come by.
fn beside(node: &Node) -> Vec<NodeId> {
    let mut list = Vec::new();
    for applied in &node.applied {
        match applied {
            Applied::If { then, otherwise, .. } => list.extend(then.iter().chain(otherwise)),
            Applied::Dynamic(initial, candidates) => {
                list.push(*initial);
                list.extend(candidates.iter().map(|(_, id)| *id));
            }
            _ => {}
        }
    }
    if let Some(object) = &node.object {
        list.extend(object.dependent_schemas.iter().map(|(_, id)| *id).chain(object.property_names));
    }
    list.extend(node.unevaluated_properties.iter().chain(&node.unevaluated_items));
    list
}

/// Every schema that these lead to, themselves included.
fn closure(program: &Program, first: Vec<NodeId>) -> Vec<bool> {
    let mut reached = vec![false; program.nodes.len()];
    let mut left = first;
    while let Some(id) = left.pop() {
        let Some(flag @ false) = reached.get_mut(id as usize) else { continue };
        *flag = true;
        let node = program.node(id);
        left.extend(within(node));
        left.extend(questions(node));
        left.extend(beside(node));
        for applied in &node.applied {
            match applied {
                Applied::Reference(id) => left.push(*id),
                Applied::All(all) => left.extend_from_slice(all),
                _ => {}
            }
        }
    }
    reached
}

fn each<'p>(program: &'p Program, reached: &'p [bool]) -> impl Iterator<Item = &'p Node> {
    program.nodes.iter().zip(reached).filter_map(|(node, reached)| reached.then_some(node))
}

/// Refuses keywords that would have no effect where they stand: those that rewrite, in strict mode, and always those of
/// which the application decides.
pub(super) fn refuse_what_is_not_followed(program: &Program, options: &SchemaOptions) -> Result<(), SchemaError> {
    let used = closure(program, vec![program.root]);
    let asked = closure(program, each(program, &used).flat_map(questions).collect());
    if let Some(node) = each(program, &asked).find(|node| !node.deferred.is_empty()) {
        let number = node.deferred.first().copied().unwrap_or_default();
        let how = "is decided by the application, and stands where a value may be right without it (anyOf, oneOf, not, if, \
                   contains)";
        let location = program.deferrals.get(number as usize).map(|deferral| deferral.schema.clone());
        let problem = SchemaProblem::Contradiction(how.to_owned());
        return Err(SchemaError { location: location.unwrap_or_default(), problem });
    }
    if !options.strict || program.nodes.iter().all(|node| node.shape.is_none()) {
        return Ok(());
    }
    let types = effective_types(program);
    let passed_by = |node: &Node| {
        let followed = followed(node, &types);
        let is_followed = |id: &NodeId| {
            let whole = types.get(*id as usize).copied().map(kinds);
            followed.iter().any(|(known, types)| known == id && Some(*types) == whole)
        };
        let mut list = questions(node);
        list.retain(|id| !is_followed(id));
        list.extend(beside(node));
        list
    };
    let lost = closure(program, each(program, &used).flat_map(passed_by).collect());
    for node in each(program, &lost) {
        if let Some(keyword) = node.shape.as_ref().and_then(|shape| shape.keyword(options.fills)) {
            let how = "stands where no value is rewritten: rewriting follows properties, patternProperties, \
                       additionalProperties, items, prefixItems, $ref, allOf, and anyOf or oneOf whose schemas differ in \
                       their types";
            let location = format!("{}/{keyword}", node.location);
            return Err(SchemaError { location, problem: SchemaProblem::Contradiction(how.to_owned()) });
        }
    }
    Ok(())
}
