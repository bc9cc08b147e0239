//! Compiles schemas to a program: each schema that is used becomes a node, references become numbers of nodes. A list of
//! what is left to compile takes the place of recursion, so that no schema is too deep for it.

use std::collections::HashMap;

use super::custom::Deferral;
use super::error::{SchemaError, SchemaProblem};
use super::finish;
use super::format::Format;
use super::keywords::{self, Shape};
use super::options::{Draft, SchemaOptions};
use super::pattern::Pattern;
use super::program::{Applied, Node, NodeId, Program};
use super::reader::Kind;
use super::refs::{Dialect, Library, Place, Spot};
use super::rewrite::{Forms, defaults};
use super::rules::Rules;
use super::{places, strict, unknown, uri};

/// Schemas of a program; chosen.
const MAX_NODES: usize = 100_000;

/// The state of a compilation.
pub(super) struct Compiler<'o> {
    pub(super) options: &'o SchemaOptions,
    pub(super) library: Library<'o>,
    nodes: Vec<Node>,
    by_place: HashMap<Place, NodeId>,
    /// Nodes that are numbered and not yet made, with the keyword that has them.
    left: Vec<(NodeId, Place, &'static str)>,
    patterns: Vec<Pattern>,
    by_source: HashMap<String, u32>,
    pub(super) deferrals: Vec<Deferral>,
    /// Dynamic references: the node, the number among what it applies, and the name.
    dynamic: Vec<(NodeId, usize, String)>,
}

/// Compiles a schema.
pub(super) fn compile(text: &[u8], options: &SchemaOptions) -> Result<Program, SchemaError> {
    let mut compiler = Compiler {
        options,
        library: Library::new(text, options)?,
        nodes: Vec::new(),
        by_place: HashMap::new(),
        left: Vec::new(),
        patterns: Vec::new(),
        by_source: HashMap::new(),
        deferrals: Vec::new(),
        dynamic: Vec::new(),
    };
    let root = compiler.node_at(Place { document: 0, value: 0 }, "false")?;
    compiler.run()?;
    let dynamic = compiler.resolve_dynamic()?;
    let Compiler { nodes, patterns, deferrals, .. } = compiler;
    let mut program =
        Program { nodes, ways: Box::default(), patterns, root, dynamic, forms: Forms::default(), deferrals };
    finish::refuse_loops(&program)?;
    places::refuse_what_is_not_followed(&program, options)?;
    unknown::refuse(&mut program, options.refuse_unknown)?;
    program.forms = Forms::build(&mut program);
    finish::finish(&mut program);
    defaults::check(&mut program, options.strict)?;
    Ok(program)
}

/// A keyword that is being compiled.
#[derive(Clone, Copy)]
pub(super) struct Keyword<'s> {
    pub(super) name: &'s str,
    /// Its value.
    pub(super) place: Place,
    pub(super) spot: &'s Spot,
    pub(super) draft: Draft,
}

impl Compiler<'_> {
    /// The number of the node of a schema, which is made later if it is new.
    pub(super) fn node_at(&mut self, place: Place, keyword: &'static str) -> Result<NodeId, SchemaError> {
        if let Some(node) = self.by_place.get(&place) {
            return Ok(*node);
        }
        if self.nodes.len() >= MAX_NODES {
            return Err(self.problem(place, SchemaProblem::Limit("100 000 schemas")));
        }
        let node = NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX);
        self.nodes.push(Node::default());
        self.by_place.insert(place, node);
        self.left.push((node, place, keyword));
        Ok(node)
    }

    fn problem(&self, place: Place, problem: SchemaProblem) -> SchemaError {
        let pointer = self.library.spot(place).pointer;
        SchemaError { location: self.library.location(place.document, &pointer), problem }
    }

    /// Where a keyword stands.
    pub(super) fn location_of(&self, keyword: &Keyword<'_>) -> String {
        let mut pointer = keyword.spot.pointer.clone();
        uri::push_token(&mut pointer, keyword.name);
        self.library.location(keyword.place.document, &pointer)
    }

    /// An error at a keyword.
    pub(super) fn problem_at(&self, keyword: &Keyword<'_>, problem: SchemaProblem) -> SchemaError {
        SchemaError { location: self.location_of(keyword), problem }
    }

    fn run(&mut self) -> Result<(), SchemaError> {
        while let Some((id, place, keyword)) = self.left.pop() {
            let node = self.make(id, place, keyword)?;
            if let Some(empty) = self.nodes.get_mut(id as usize) {
                *empty = node;
            }
        }
        Ok(())
    }

    fn make(&mut self, id: NodeId, place: Place, keyword: &'static str) -> Result<Node, SchemaError> {
        let spot = self.library.spot(place);
        let location = self.library.location(place.document, &spot.pointer);
        let mut node = Node { resource: spot.resource, location, ..Node::default() };
        match self.library.values(place.document).kind(place.value) {
            Kind::True => return Ok(node),
            Kind::False => {
                node.never = Some(keyword);
                return Ok(node);
            }
            Kind::Object => {}
            _ => return Err(self.problem(place, SchemaProblem::Value("an object or a boolean"))),
        }
        let dialect =
            self.library.resource(spot.resource).map_or(Dialect::from(self.options.draft), |known| known.dialect);
        let mut rules = Rules::new(id, dialect.asserts_formats || self.options.formats);
        let mut members = self.members(place);
        // Names are numbered in the order of the properties, which is the one that texts most likely have.
        members.sort_by_key(|(name, _)| name != "properties");
        let only_ref = dialect.draft == Draft::Draft7 && members.iter().any(|(name, _)| name == "$ref");
        for (name, value) in &members {
            let keyword = Keyword { name, place: *value, spot: &spot, draft: dialect.draft };
            // In draft-07 what stands beside a reference is ignored.
            if only_ref && name != "$ref" {
                let free = name.starts_with("x-") && !is_extension(name);
                if self.options.strict && !is_annotation(name) && !free && name != "definitions" && name != "$schema" {
                    let how = "stands beside \"$ref\", where draft-07 ignores it".to_owned();
                    return Err(self.problem_at(&keyword, SchemaProblem::Contradiction(how)));
                }
                continue;
            }
            if keywords::is_validation(name) && !dialect.validation {
                continue;
            }
            self.keyword(&mut rules, &keyword)?;
        }
        if self.options.strict {
            strict::refuse_contradictions(&rules, &members.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>())
                .map_err(|how| self.problem(place, SchemaProblem::Contradiction(how)))?;
            let closed = members
                .iter()
                .any(|(name, value)| name == "additionalProperties" && self.kind(*value) == Kind::False && !only_ref);
            if closed {
                strict::refuse_impossible_names(&rules)
                    .map_err(|how| self.problem(place, SchemaProblem::Contradiction(how)))?;
            }
        }
        rules.into_node(&mut node, dialect.draft);
        Ok(node)
    }

    /// The members of an object and the places of their values.
    pub(super) fn members(&self, place: Place) -> Vec<(String, Place)> {
        let document = place.document;
        let values = self.library.values(document);
        values
            .members(place.value)
            .map(|(key, value)| (values.text(key).unwrap_or_default(), Place { document, value }))
            .collect()
    }

    /// The elements of an array.
    pub(super) fn elements(&self, place: Place) -> Vec<Place> {
        let document = place.document;
        self.library.values(document).elements(place.value).map(|value| Place { document, value }).collect()
    }

    pub(super) fn kind(&self, place: Place) -> Kind {
        self.library.values(place.document).kind(place.value)
    }

    /// The number of a pattern.
    pub(super) fn pattern(&mut self, source: &str, keyword: &Keyword<'_>) -> Result<u32, SchemaError> {
        if let Some(number) = self.by_source.get(source) {
            return Ok(*number);
        }
        let pattern = Pattern::compile(source)
            .map_err(|reason| self.problem_at(keyword, SchemaProblem::Pattern { source: source.to_owned(), reason }))?;
        let number = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX);
        self.patterns.push(pattern);
        self.by_source.insert(source.to_owned(), number);
        Ok(number)
    }

    /// The format of a name; `None` if it only describes.
    pub(super) fn format(&self, name: &str, keyword: &Keyword<'_>) -> Result<Option<Format>, SchemaError> {
        let format = Format::named(name);
        if format.is_none() && self.options.strict {
            return Err(self.problem_at(keyword, SchemaProblem::UnknownFormat(name.to_owned())));
        }
        Ok(format)
    }

    /// A keyword that nobody knows.
    pub(super) fn unknown(&self, keyword: &Keyword<'_>) -> Result<(), SchemaError> {
        if self.options.strict && !keyword.name.starts_with("x-") {
            return Err(self.problem_at(keyword, SchemaProblem::UnknownKeyword(keyword.name.to_owned())));
        }
        Ok(())
    }

    /// Compiles a reference; gives what is applied for it.
    pub(super) fn reference(&mut self, rules: &mut Rules, keyword: &Keyword<'_>) -> Result<(), SchemaError> {
        let values = self.library.values(keyword.place.document);
        let Some(reference) = values.text(keyword.place.value) else {
            return Err(self.problem_at(keyword, SchemaProblem::Value("a URI reference")));
        };
        let resource = keyword.spot.resource;
        let found = self.library.resolve(&reference, resource)?;
        let Some(target) = found else {
            return Err(self.problem_at(keyword, SchemaProblem::Reference(reference)));
        };
        let name = match keyword.name {
            "$dynamicRef" => target.dynamic,
            "$recursiveRef" if self.library.is_recursive(self.library.spot(target.place).resource) => {
                Some(String::new())
            }
            _ => None,
        };
        let node = self.node_at(target.place, "$ref")?;
        match name {
            None => rules.applied.push(Applied::Reference(node)),
            Some(name) => {
                self.dynamic.push((rules.id, rules.applied.len(), name));
                rules.applied.push(Applied::Dynamic(node, Box::default()));
            }
        }
        Ok(())
    }

    /// Notes for each dynamic reference where it may lead. That may bring new schemas in, and new references with them.
    fn resolve_dynamic(&mut self) -> Result<bool, SchemaError> {
        loop {
            for name in self.dynamic.iter().map(|(.., name)| name.clone()).collect::<Vec<_>>() {
                for (_, place) in self.library.dynamic_anchors(&name) {
                    self.node_at(place, "$ref")?;
                }
            }
            if self.left.is_empty() {
                break;
            }
            self.run()?;
        }
        let mut dynamic = false;
        for (node, at, name) in &self.dynamic {
            let anchors = self.library.dynamic_anchors(name);
            let candidates: Box<[_]> =
                anchors.iter().filter_map(|(resource, place)| Some((*resource, *self.by_place.get(place)?))).collect();
            let applied = self.nodes.get_mut(*node as usize).and_then(|node| node.applied.get_mut(*at));
            let Some(Applied::Dynamic(initial, list)) = applied else { continue };
            // With one place to go it goes there.
            if candidates.iter().all(|(_, node)| node == initial) {
                let initial = *initial;
                if let Some(applied) = self.nodes.get_mut(*node as usize).and_then(|node| node.applied.get_mut(*at)) {
                    *applied = Applied::Reference(initial);
                }
                continue;
            }
            *list = candidates;
            dynamic = true;
        }
        Ok(dynamic)
    }

    /// The schemas of an array, each a node.
    pub(super) fn list(&mut self, keyword: &Keyword<'_>, name: &'static str) -> Result<Box<[NodeId]>, SchemaError> {
        let items = self.elements(keyword.place);
        if self.kind(keyword.place) != Kind::Array || items.is_empty() {
            return Err(self.problem_at(keyword, SchemaProblem::Value("an array of schemas that is not empty")));
        }
        items.into_iter().map(|place| self.node_at(place, name)).collect()
    }

    /// Whether a keyword without effect has schemas that would be looked at.
    pub(super) fn is_known(keyword: &Keyword<'_>) -> bool {
        keywords::shape(keyword.name, keyword.draft).is_some_and(|shape| shape == Shape::Plain)
            || is_annotation(keyword.name)
    }
}

fn is_annotation(name: &str) -> bool {
    matches!(name, "title" | "description" | "default" | "examples" | "$comment" | "readOnly" | "writeOnly")
}

/// Whether a name that begins with `x-` means something here.
fn is_extension(name: &str) -> bool {
    matches!(name, "x-sanitize" | "x-coerce" | "x-unknown" | "x-as" | "x-validate")
}
