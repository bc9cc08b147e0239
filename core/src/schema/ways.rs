//! What a schema says in the form that the [straight way](super::straight) asks it in: one [`Way`] per node, with the
//! common rules as plain bounds and the keys as they are written. Made once, when a schema is compiled.

use super::columns;
use super::leaf;
use super::number::Bound;
use super::program::{ArrayRules, Node, NodeId, NumberRule, ObjectRules, Program, StringRule, Types};

/// What is asked of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberWay {
    /// Within two integers, both included.
    Range(i64, i64),
    /// More than that.
    Rules,
}

/// What is asked of strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StringWay {
    /// So many characters, both included.
    Length(u64, u64),
    /// To be one of the values of `enum` or `const`, and no more.
    Choice,
    /// More than that.
    Rules,
}

/// A key that an object may have.
#[derive(Debug)]
pub(super) struct Member {
    /// The key in its quotes with the colon behind it.
    token: Box<[u8]>,
    /// Its first 16 bytes, and which of them count.
    word: u128,
    mask: u128,
    /// The schema of its values; none if there is nothing to say of them.
    pub(super) node: Option<NodeId>,
}

/// What is asked of objects.
#[derive(Debug)]
pub(super) struct ObjectWay {
    pub(super) members: Box<[Member]>,
    pub(super) required: u64,
    pub(super) min: u64,
    pub(super) max: u64,
}

/// What is asked of arrays.
#[derive(Debug)]
pub(super) struct ArrayWay {
    pub(super) prefix: Box<[NodeId]>,
    pub(super) rest: Option<NodeId>,
    pub(super) min: u64,
    pub(super) max: u64,
}

/// What is asked of a value.
#[derive(Debug)]
pub(super) struct Way {
    /// None: the straight way ends at such a value.
    pub(super) types: Types,
    pub(super) numbers: NumberWay,
    pub(super) strings: StringWay,
    /// Literals need not be looked up.
    pub(super) plain: bool,
    /// Values of several types are allowed, so that columns must say which it is.
    pub(super) tagged: bool,
    /// Objects can go into columns.
    pub(super) columns: bool,
    pub(super) object: Option<ObjectWay>,
    pub(super) array: Option<ArrayWay>,
}

impl Member {
    fn new(name: &[u8], node: Option<NodeId>) -> Self {
        let token = [b"\"", name, b"\":"].concat();
        let (mut word, mut mask) = ([0; 16], [0; 16]);
        for ((to, mask), from) in word.iter_mut().zip(&mut mask).zip(&token) {
            (*to, *mask) = (*from, 0xff);
        }
        Self { token: token.into(), word: u128::from_le_bytes(word), mask: u128::from_le_bytes(mask), node }
    }

    /// The bytes of the key, its quotes and the colon.
    pub(super) fn len(&self) -> usize {
        self.token.len()
    }

    /// Whether a text goes on with the key, its quotes and the colon.
    #[inline]
    pub(super) fn begins(&self, rest: &[u8]) -> bool {
        match rest.first_chunk::<16>() {
            Some(chunk) => {
                (u128::from_le_bytes(*chunk) ^ self.word) & self.mask == 0
                    && (self.token.len() <= 16 || rest.starts_with(&self.token))
            }
            None => rest.starts_with(&self.token),
        }
    }
}

/// Whether a key can be compared as it is written, and changes nothing but its object.
fn is_plain_key(name: &[u8]) -> bool {
    !matches!(name, b"__proto__" | b"constructor" | b"prototype")
        && name.iter().all(|byte| *byte >= 0x20 && !matches!(byte, b'"' | b'\\'))
}

fn object_way(rules: &ObjectRules) -> Option<ObjectWay> {
    // All fields are named, so that a new one is thought of here.
    let ObjectRules {
        min,
        max,
        names,
        required: _,
        required_bits,
        patterns,
        additional,
        property_names,
        dependent,
        dependent_schemas,
    } = rules;
    let names: Vec<_> = (0..64).map_while(|number| names.get(number)).collect();
    let is_simple =
        patterns.is_empty() && property_names.is_none() && dependent.is_empty() && dependent_schemas.is_empty();
    if !is_simple || rules.names.len() > 64 || !names.iter().all(|name| is_plain_key(&name.text)) {
        return None;
    }
    let members = names.iter().map(|name| Member::new(&name.text, name.node.or(*additional))).collect();
    Some(ObjectWay { members, required: *required_bits, min: min.unwrap_or(0), max: max.unwrap_or(u64::MAX) })
}

fn array_way(rules: &ArrayRules) -> Option<ArrayWay> {
    let ArrayRules { min, max, unique, prefix, rest, contains } = rules;
    (!unique && contains.is_none()).then(|| ArrayWay {
        prefix: prefix.clone(),
        rest: *rest,
        min: min.unwrap_or(0),
        max: max.unwrap_or(u64::MAX),
    })
}

fn number_way(node: &Node) -> NumberWay {
    let (mut least, mut greatest) = (i64::MIN, i64::MAX);
    for rule in &node.numbers {
        let (NumberRule::Minimum(bound) | NumberRule::Maximum(bound)) = rule else { return NumberWay::Rules };
        match (Bound::small(bound), rule) {
            (Some(value), NumberRule::Minimum(_)) => least = least.max(value),
            (Some(value), _) => greatest = greatest.min(value),
            (None, _) => return NumberWay::Rules,
        }
    }
    if node.choices.is_empty() { NumberWay::Range(least, greatest) } else { NumberWay::Rules }
}

fn string_way(node: &Node) -> StringWay {
    // A string that stands for an integer is asked what integers are.
    if node.beyond.is_some() {
        return StringWay::Rules;
    }
    let (mut least, mut most) = (0, u64::MAX);
    for rule in &node.strings {
        match rule {
            StringRule::MinLength(min) => least = least.max(*min),
            StringRule::MaxLength(max) => most = most.min(*max),
            _ => return StringWay::Rules,
        }
    }
    match &*node.choices {
        [] => StringWay::Length(least, most),
        [_] if node.strings.is_empty() => StringWay::Choice,
        _ => StringWay::Rules,
    }
}

fn way(node: &Node) -> Way {
    // All fields are named, so that a new one is thought of here.
    let Node {
        never,
        types,
        choices,
        numbers: _,
        strings: _,
        object,
        array,
        applied: _,
        unevaluated_properties: _,
        unevaluated_items: _,
        // What is rewritten was rewritten before.
        shape: _,
        beyond: _,
        // Such a node does not stream.
        deferred: _,
        resource: _,
        streams,
        anything: _,
        location: _,
    } = node;
    let types = if *streams && never.is_none() { *types } else { Types::NONE };
    let types = choices.iter().fold(types, |types, choices| types.both(choices.types));
    let plain = choices.is_empty();
    // No array and no object is among the choices of a schema that streams.
    let (mut object_rules, mut array_rules) = (None, None);
    if plain {
        object_rules = object.as_ref().and_then(|rules| object_way(rules));
        array_rules = array.as_ref().and_then(|rules| array_way(rules));
    }
    Way {
        types,
        numbers: number_way(node),
        strings: string_way(node),
        plain,
        tagged: columns::is_tagged(types),
        columns: object_rules.is_some() && object.as_ref().is_some_and(|rules| columns::takes(&rules.names)),
        object: object_rules,
        array: array_rules,
    }
}

/// The ways of all nodes.
pub(super) fn ways(program: &Program) -> Box<[Way]> {
    program.nodes.iter().map(way).collect()
}

/// The place of a string among the values of `enum` or `const`.
#[inline]
pub(super) fn choice(node: &Node, text: &[u8]) -> Option<usize> {
    node.choices.first().and_then(|choices| leaf::place(&choices.strings, text))
}
