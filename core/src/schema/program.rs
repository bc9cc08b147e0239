//! What a schema is compiled to: a flat list of nodes that name each other by number. Nothing of it is made by a peer,
//! and nothing of it changes while values are checked.

use std::fmt;
use std::sync::Arc;

use super::custom::Deferral;
use super::format::Format;
use super::number::{Bound, Divisor};
use super::pattern::Pattern;
use super::reader::Kind;
use super::rewrite::Forms;
use super::shape::Shape;
use super::ways::Way;
use super::whole::Whole;

/// The number of a node.
pub(super) type NodeId = u32;

/// A set of the types of JSON Schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

impl Types {
    /// The names, in the order of their bits.
    const NAMES: [&'static str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
    pub(super) const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(0x7f);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const INTEGER: Self = Self(1 << 2);
    pub(super) const NUMBERS: Self = Self(3 << 2);
    pub(super) const STRING: Self = Self(1 << 4);
    pub(super) const ARRAY: Self = Self(1 << 5);
    pub(super) const OBJECT: Self = Self(1 << 6);

    /// The type of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let bit = Self::NAMES.iter().position(|known| *known == name)?;
        // Whoever takes numbers takes integers.
        Some(if bit == 3 { Self::NUMBERS } else { Self(1 << bit) })
    }

    /// The types that a value of a kind may have, by its first byte.
    pub(super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Null => Self::NULL,
            Kind::False | Kind::True => Self::BOOLEAN,
            Kind::Number => Self::NUMBERS,
            Kind::String => Self::STRING,
            Kind::Array => Self::ARRAY,
            Kind::Object => Self::OBJECT,
        }
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of the types in it.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let all_numbers = self.has(Self::NUMBERS);
        (0..).zip(Self::NAMES).filter_map(move |(bit, name)| {
            let is_in = if bit == 3 { all_numbers } else { self.0 & (1 << bit) != 0 };
            (is_in && !(bit == 2 && all_numbers)).then_some(name)
        })
    }
}

impl Default for Types {
    fn default() -> Self {
        Self::ALL
    }
}

impl fmt::Display for Types {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in (0..).zip(self.names()) {
            write!(out, "{}{name}", if at == 0 { "" } else { " or " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Types {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

/// A rule for numbers.
#[derive(Clone, Debug)]
pub(super) enum NumberRule {
    Minimum(Bound),
    Maximum(Bound),
    ExclusiveMinimum(Bound),
    ExclusiveMaximum(Bound),
    MultipleOf(Divisor, String),
    Format(Whole),
}

/// A rule for strings.
#[derive(Clone, Debug)]
pub(super) enum StringRule {
    MinLength(u64),
    MaxLength(u64),
    /// The number of a pattern.
    Pattern(u32),
    Format(Format),
    /// A format of the application: its name, and what has it.
    Custom(String, CustomRule),
    Base64,
    Json {
        base64: bool,
    },
}

/// What has a format of the application.
#[derive(Clone, Debug)]
pub(super) enum CustomRule {
    /// One of these, sorted.
    Values(Arc<[Box<[u8]>]>),
    /// What matches a pattern, by its number.
    Pattern(u32),
}

/// The values of `enum` or `const`.
#[derive(Debug)]
pub(super) struct Choices {
    pub(super) keyword: &'static str,
    /// The strings, sorted.
    pub(super) strings: Box<[Box<[u8]>]>,
    /// All others in canonical form, sorted.
    pub(super) others: Box<[Box<[u8]>]>,
    /// The types of the values.
    pub(super) types: Types,
}

/// A name, those that must be there with it, and the keyword that says so.
pub(super) type Dependent = (u32, Box<[u32]>, &'static str);

/// The rules for objects.
#[derive(Debug, Default)]
pub(super) struct ObjectRules {
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
    pub(super) names: super::names::NameTable,
    /// Numbers of names.
    pub(super) required: Box<[u32]>,
    /// The same as bits, while there are at most 64 names.
    pub(super) required_bits: u64,
    pub(super) patterns: Box<[(u32, NodeId)]>,
    pub(super) additional: Option<NodeId>,
    pub(super) property_names: Option<NodeId>,
    /// Where the first name is, the others must be; with the keyword that says so.
    pub(super) dependent: Box<[Dependent]>,
    /// Where the name is, the schema applies to the object.
    pub(super) dependent_schemas: Box<[(u32, NodeId)]>,
}

/// The rules for arrays.
#[derive(Debug, Default)]
pub(super) struct ArrayRules {
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
    pub(super) unique: bool,
    pub(super) prefix: Box<[NodeId]>,
    /// For all behind the prefix.
    pub(super) rest: Option<NodeId>,
    pub(super) contains: Option<Contains>,
}

/// `contains` with its bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contains {
    pub(super) node: NodeId,
    pub(super) min: u64,
    /// `minContains` says so.
    pub(super) min_given: bool,
    pub(super) max: Option<u64>,
    /// What it finds counts as evaluated (since 2020-12).
    pub(super) evaluates: bool,
}

/// What applies schemas to the same value.
#[derive(Debug)]
pub(super) enum Applied {
    Reference(NodeId),
    /// The first resource of the dynamic scope that is in the list decides; else the node.
    Dynamic(NodeId, Box<[(u32, NodeId)]>),
    All(Box<[NodeId]>),
    Any(Box<[NodeId]>),
    One(Box<[NodeId]>),
    Not(NodeId),
    If {
        condition: NodeId,
        then: Option<NodeId>,
        otherwise: Option<NodeId>,
    },
}

/// One schema.
#[derive(Debug)]
pub(super) struct Node {
    /// It is `false`: no value is right; the keyword that has it.
    pub(super) never: Option<&'static str>,
    pub(super) types: Types,
    pub(super) choices: Box<[Choices]>,
    pub(super) numbers: Box<[NumberRule]>,
    pub(super) strings: Box<[StringRule]>,
    pub(super) object: Option<Box<ObjectRules>>,
    pub(super) array: Option<Box<ArrayRules>>,
    pub(super) applied: Box<[Applied]>,
    pub(super) unevaluated_properties: Option<NodeId>,
    pub(super) unevaluated_items: Option<NodeId>,
    /// What it says of values beyond which are right.
    pub(super) shape: Option<Box<Shape>>,
    /// Takes integers beyond 2^53 as strings, as they were rewritten.
    pub(super) beyond: Option<Whole>,
    /// Numbers of what the application decides.
    pub(super) deferred: Box<[u32]>,
    /// The schema resource it belongs to, for the dynamic scope.
    pub(super) resource: u32,
    /// Values can be checked while they are read, and need no index.
    pub(super) streams: bool,
    /// It says nothing.
    pub(super) anything: bool,
    pub(super) location: String,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            never: None,
            types: Types::ALL,
            choices: Box::default(),
            numbers: Box::default(),
            strings: Box::default(),
            object: None,
            array: None,
            applied: Box::default(),
            unevaluated_properties: None,
            unevaluated_items: None,
            shape: None,
            beyond: None,
            deferred: Box::default(),
            resource: 0,
            streams: false,
            anything: false,
            location: String::new(),
        }
    }
}

/// A compiled schema.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) nodes: Vec<Node>,
    /// The same for the straight way, one per node.
    pub(super) ways: Box<[Way]>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) root: NodeId,
    /// There are dynamic references, so that the way to a node matters.
    pub(super) dynamic: bool,
    /// How texts are rewritten.
    pub(super) forms: Forms,
    /// What the application decides.
    pub(super) deferrals: Vec<Deferral>,
}

static NEVER: std::sync::LazyLock<Node> = std::sync::LazyLock::new(|| Node { never: Some("false"), ..Node::default() });

impl Program {
    #[inline]
    pub(super) fn node(&self, id: NodeId) -> &Node {
        // Every number comes from the compiler.
        self.nodes.get(id as usize).unwrap_or_else(|| &NEVER)
    }
}
