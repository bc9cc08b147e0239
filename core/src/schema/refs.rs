//! The schemas that can be referred to: documents, the resources within them (`$id`), and their anchors. References
//! are resolved among what is there; nothing is fetched (JSON Schema core §8 and §9).

use std::collections::HashMap;

use super::error::{SchemaError, SchemaProblem};
use super::keywords::{self, Shape};
use super::limits::JsonLimits;
use super::options::{Draft, SchemaOptions};
use super::reader::Kind;
use super::tape::{self, Tape, Values};
use super::{meta, uri};

/// Levels of a schema; chosen.
const MAX_SCHEMA_DEPTH: u32 = 256;
/// Dialects that are described by each other.
const MAX_DIALECTS: u32 = 8;

/// A value of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) document: u32,
    pub(super) value: u32,
}

/// What applies in a resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    pub(super) draft: Draft,
    /// Its vocabulary has the keywords of validation.
    pub(super) validation: bool,
    /// Its vocabulary asserts formats.
    pub(super) asserts_formats: bool,
}

impl From<Draft> for Dialect {
    fn from(draft: Draft) -> Self {
        Self { draft, validation: true, asserts_formats: false }
    }
}

/// A schema with a URI.
#[derive(Debug)]
pub(super) struct Resource {
    uri: String,
    root: Place,
    pub(super) dialect: Dialect,
    anchors: HashMap<String, Place>,
    /// Those of `$dynamicAnchor`; `$recursiveAnchor` is the one without a name.
    dynamic: HashMap<String, Place>,
}

/// Where a schema stands.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) resource: u32,
    /// From the root of its document.
    pub(super) pointer: String,
}

#[derive(Debug)]
struct Document {
    /// Empty for the schema that is compiled.
    uri: String,
    text: Vec<u8>,
    tape: Tape,
}

/// What a reference leads to.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) place: Place,
    /// The name of the dynamic anchor it was found by.
    pub(super) dynamic: Option<String>,
}

/// All that can be referred to.
#[derive(Debug)]
pub(super) struct Library<'o> {
    options: &'o SchemaOptions,
    documents: Vec<Document>,
    resources: Vec<Resource>,
    by_uri: HashMap<String, u32>,
    spots: HashMap<Place, Spot>,
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl<'o> Library<'o> {
    /// A library whose first document is the schema that is compiled.
    pub(super) fn new(text: &[u8], options: &'o SchemaOptions) -> Result<Self, SchemaError> {
        let mut library = Self {
            options,
            documents: Vec::new(),
            resources: Vec::new(),
            by_uri: HashMap::new(),
            spots: HashMap::new(),
        };
        library.load(text, &options.uri)?;
        Ok(library)
    }

    pub(super) fn values(&self, document: u32) -> Values<'_> {
        static NONE: &[u8] = b"";
        match self.documents.get(document as usize) {
            Some(document) => document.tape.values(&document.text),
            None => Values::empty(NONE),
        }
    }

    pub(super) fn resource(&self, resource: u32) -> Option<&Resource> {
        self.resources.get(resource as usize)
    }

    pub(super) fn spot(&self, place: Place) -> Spot {
        self.spots.get(&place).cloned().unwrap_or(Spot { resource: 0, pointer: String::new() })
    }

    /// The place of a value, for people.
    pub(super) fn location(&self, document: u32, pointer: &str) -> String {
        let uri = match self.documents.get(document as usize) {
            Some(known) if document > 0 => known.uri.as_str(),
            _ => "",
        };
        format!("{uri}#{pointer}")
    }

    /// All resources with a dynamic anchor of this name.
    pub(super) fn dynamic_anchors(&self, name: &str) -> Vec<(u32, Place)> {
        (0..)
            .zip(&self.resources)
            .filter_map(|(at, resource)| resource.dynamic.get(name).map(|place| (at, *place)))
            .collect()
    }

    fn load(&mut self, text: &[u8], uri: &str) -> Result<u32, SchemaError> {
        let document = number(self.documents.len());
        let limits = JsonLimits {
            max_depth: MAX_SCHEMA_DEPTH,
            max_keys: u32::MAX,
            max_key_bytes: u32::MAX,
            prototype_keys: true,
            not_finite: true,
            lone_surrogates: true,
            ..JsonLimits::default()
        };
        let tape = tape::index(text, limits).map_err(|error| SchemaError {
            location: format!("{}#", if document == 0 { "" } else { uri }),
            problem: SchemaProblem::Json(error),
        })?;
        self.documents.push(Document { uri: uri.to_owned(), text: text.to_owned(), tape });
        let root = Place { document, value: 0 };
        let dialect = self.dialect(root, self.options.draft.into())?;
        let resource = self.add_resource(uri.to_owned(), root, dialect);
        self.index(root, String::new(), resource)?;
        // Its own `$id` may give it another name; under this one it is the same.
        let own = self.spot(root).resource;
        if own != resource {
            self.by_uri.insert(uri.to_owned(), own);
        }
        Ok(own)
    }

    fn add_resource(&mut self, uri: String, root: Place, dialect: Dialect) -> u32 {
        let resource = number(self.resources.len());
        self.by_uri.entry(uri.clone()).or_insert(resource);
        self.resources.push(Resource { uri, root, dialect, anchors: HashMap::new(), dynamic: HashMap::new() });
        resource
    }

    /// What the `$schema` of a value says.
    fn dialect(&self, place: Place, default: Dialect) -> Result<Dialect, SchemaError> {
        let values = self.values(place.document);
        let Some(uri) = values.member(place.value, b"$schema").and_then(|value| values.text(value)) else {
            return Ok(default);
        };
        self.dialect_of(&uri, MAX_DIALECTS).ok_or_else(|| SchemaError {
            location: self.location(place.document, &self.spot(place).pointer),
            problem: SchemaProblem::UnknownDialect(uri),
        })
    }

    fn dialect_of(&self, uri: &str, left: u32) -> Option<Dialect> {
        if let Some(draft) = Draft::of(uri) {
            return Some(draft.into());
        }
        let text = self.options.registered.get(uri.strip_suffix('#').unwrap_or(uri))?;
        let tape = tape::index(text, JsonLimits::default()).ok()?;
        let values = tape.values(text);
        let parent = values.member(0, b"$schema").and_then(|value| values.text(value))?;
        let mut dialect = self.dialect_of(&parent, left.checked_sub(1)?)?;
        if let Some(vocabulary) = values.member(0, b"$vocabulary") {
            let has = |end: &str| {
                values.members(vocabulary).any(|(key, _)| values.text(key).is_some_and(|name| name.ends_with(end)))
            };
            dialect.validation = has("/vocab/validation");
            dialect.asserts_formats = has("/vocab/format-assertion");
        }
        Some(dialect)
    }

    /// Notes a schema and all within it.
    fn index(&mut self, place: Place, pointer: String, resource: u32) -> Result<(), SchemaError> {
        let document = place.document;
        let mut left = vec![(place.value, pointer, resource)];
        while let Some((value, pointer, resource)) = left.pop() {
            let place = Place { document, value };
            if self.spots.contains_key(&place) {
                continue;
            }
            self.spots.insert(place, Spot { resource, pointer: pointer.clone() });
            if self.values(document).kind(value) != Kind::Object {
                continue;
            }
            let resource = self.identify(place, &pointer, resource)?;
            let draft = self.resource(resource).map_or(Draft::default(), |resource| resource.dialect.draft);
            let values = self.values(document);
            for (key, child) in values.members(value) {
                let Some(name) = values.text(key) else { continue };
                let Some(shape) = keywords::shape(&name, draft) else { continue };
                let mut below = pointer.clone();
                uri::push_token(&mut below, &name);
                match (shape, values.kind(child)) {
                    (Shape::List | Shape::SchemaOrList, Kind::Array) => {
                        for (at, item) in values.elements(child).enumerate() {
                            left.push((item, format!("{below}/{at}"), resource));
                        }
                    }
                    (Shape::Map | Shape::Dependencies, Kind::Object) => {
                        for (key, item) in values.members(child) {
                            if shape == Shape::Dependencies && values.kind(item) == Kind::Array {
                                continue;
                            }
                            let mut below = below.clone();
                            uri::push_token(&mut below, &values.text(key).unwrap_or_default());
                            left.push((item, below, resource));
                        }
                    }
                    (Shape::Schema | Shape::SchemaOrList, _) => left.push((child, below, resource)),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Reads what names a schema; gives the resource that it belongs to.
    fn identify(&mut self, place: Place, pointer: &str, resource: u32) -> Result<u32, SchemaError> {
        let Some(parent) = self.resource(resource) else { return Ok(resource) };
        let (base, mut dialect) = (parent.uri.clone(), parent.dialect);
        let values = self.values(place.document);
        let string = |name: &str| values.member(place.value, name.as_bytes()).and_then(|value| values.text(value));
        let id = string("$id");
        let anchors = [string("$anchor"), string("$dynamicAnchor")];
        let has_ref = values.member(place.value, b"$ref").is_some();
        let recursive =
            values.member(place.value, b"$recursiveAnchor").is_some_and(|value| values.kind(value) == Kind::True);
        let mut resource = resource;
        if let Some(id) = id.filter(|_| dialect.draft != Draft::Draft7 || !has_ref) {
            let (id_uri, fragment) = uri::split_fragment(&id);
            if !id_uri.is_empty() {
                let resolved = uri::resolve(&base, id_uri);
                dialect = self.dialect(place, dialect)?;
                resource = self.add_resource(resolved, place, dialect);
                if let Some(spot) = self.spots.get_mut(&place) {
                    spot.resource = resource;
                }
            }
            match fragment {
                Some("") | None => {}
                Some(name) if dialect.draft == Draft::Draft7 => self.add_anchor(resource, name, place),
                Some(_) => {
                    return Err(SchemaError {
                        location: self.location(place.document, &format!("{pointer}/$id")),
                        problem: SchemaProblem::Value("a URI without a fragment"),
                    });
                }
            }
        }
        if dialect.draft == Draft::Draft7 {
            return Ok(resource);
        }
        let [anchor, dynamic] = anchors;
        if let Some(name) = anchor {
            self.add_anchor(resource, &name, place);
        }
        if let Some(name) = dynamic.filter(|_| dialect.draft == Draft::Draft202012) {
            self.add_anchor(resource, &name, place);
            self.add_dynamic_anchor(resource, name, place);
        }
        if recursive && dialect.draft == Draft::Draft201909 {
            self.add_dynamic_anchor(resource, String::new(), place);
        }
        Ok(resource)
    }

    fn add_anchor(&mut self, resource: u32, name: &str, place: Place) {
        if let Some(resource) = self.resources.get_mut(resource as usize) {
            resource.anchors.entry(name.to_owned()).or_insert(place);
        }
    }

    fn add_dynamic_anchor(&mut self, resource: u32, name: String, place: Place) {
        if let Some(resource) = self.resources.get_mut(resource as usize) {
            // A recursive anchor counts at the root of its resource only.
            if !name.is_empty() || resource.root == place {
                resource.dynamic.entry(name).or_insert(place);
            }
        }
    }

    /// The resource of a URI, loaded if it is registered or built in.
    fn find(&mut self, uri: &str) -> Result<Option<u32>, SchemaError> {
        if let Some(resource) = self.by_uri.get(uri) {
            return Ok(Some(*resource));
        }
        let options = self.options;
        if let Some(text) = options.registered.get(uri) {
            return self.load(text, uri).map(Some);
        }
        match meta::text(uri) {
            Some(text) => self.load(text.as_bytes(), uri).map(Some),
            None => Ok(None),
        }
    }

    /// What a reference in a resource leads to; `None` if it leads nowhere.
    pub(super) fn resolve(&mut self, reference: &str, resource: u32) -> Result<Option<Target>, SchemaError> {
        let (to, fragment) = uri::split_fragment(reference);
        let base = self.resource(resource).map(|resource| resource.uri.clone()).unwrap_or_default();
        let found = if to.is_empty() { Some(resource) } else { self.find(&uri::resolve(&base, to))? };
        let Some(resource) = found else { return Ok(None) };
        let Some(known) = self.resource(resource) else { return Ok(None) };
        let fragment = fragment.unwrap_or_default();
        if let Some(tokens) = uri::pointer_tokens(fragment) {
            let root = known.root;
            let place = self.walk(root, resource, &tokens)?;
            return Ok(place.map(|place| Target { place, dynamic: None }));
        }
        Ok(known.anchors.get(fragment).map(|place| Target {
            place: *place,
            dynamic: known.dynamic.contains_key(fragment).then(|| fragment.to_owned()),
        }))
    }

    /// Whether the root of a resource has `$recursiveAnchor`.
    pub(super) fn is_recursive(&self, resource: u32) -> bool {
        self.resource(resource).is_some_and(|resource| resource.dynamic.contains_key(""))
    }

    /// Follows a JSON pointer. What stands where no keyword puts a schema is noted as one now.
    fn walk(&mut self, root: Place, resource: u32, tokens: &[String]) -> Result<Option<Place>, SchemaError> {
        let document = root.document;
        let (mut value, mut resource, mut pointer) = (root.value, resource, self.spot(root).pointer);
        for token in tokens {
            let values = self.values(document);
            let next = match values.kind(value) {
                Kind::Object => values.member(value, token.as_bytes()),
                Kind::Array => token
                    .parse::<usize>()
                    .ok()
                    .filter(|at| at.to_string() == *token)
                    .and_then(|at| values.elements(value).nth(at)),
                _ => None,
            };
            let Some(next) = next else { return Ok(None) };
            value = next;
            uri::push_token(&mut pointer, token);
            if let Some(spot) = self.spots.get(&Place { document, value }) {
                resource = spot.resource;
            }
        }
        let place = Place { document, value };
        self.index(place, pointer, resource)?;
        Ok(Some(place))
    }
}
