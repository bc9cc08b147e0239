//! The router itself: adds routes and answers lookups, with what HTTP asks for when the method does not fit
//! (RFC 9110 §9.3.2 HEAD, §9.3.7 OPTIONS, §15.5.6 status 405).

use std::sync::OnceLock;

use memchr::memchr;
use memchr::memmem;

use super::captures::Captures;
use super::conditions::{Checked, Circumstances, Conditions, Situation};
use super::constraint::Constraints;
use super::error::{RouteError, RouteLimit};
use super::pattern::{self, Param};
use super::percent;
use super::straight::Straight;
use super::tree::{Leaf, ROOT, Tree};
use super::walk::{Manner, Walk, skip_slashes};
use crate::http::{Method, MethodSet};

/// What the host calls a route; the router only hands it back.
pub type RouteId = u32;

/// Most routes of one router; chosen. With the length of patterns it keeps every index within `u32`.
pub const MAX_ROUTES: usize = 1 << 16;

/// What a lookup found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Lookup {
    /// This route answers. For HEAD it may be a GET route.
    Found(RouteId),
    /// Patterns match the path, none of them has the method: 405 with this `Allow`.
    MethodNotAllowed(MethodSet),
    /// OPTIONS on a path that exists and has no OPTIONS route: 204 with this `Allow`.
    Options(MethodSet),
    /// No pattern matches the path: 404.
    NotFound,
    /// A percent escape is malformed, or decodes to a NUL or to something that is not UTF-8: 400.
    BadEncoding,
}

/// How a router reads patterns and paths.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct RouterOptions {
    /// Whether ASCII letters of static text match in both cases; params keep theirs. Default: they do not.
    pub ignore_case: bool,
    /// Whether a path, and a pattern, with a last slash is the one without it. Default: it is another.
    pub ignore_trailing_slash: bool,
    /// Whether slashes that follow a slash are skipped. Default: each begins a segment.
    pub merge_slashes: bool,
    /// Whether a param may be empty. Default: it may not.
    pub empty_params: bool,
    /// Whether patterns may have what is a mistake more often than not; see the module of patterns. Default: no.
    pub permissive_patterns: bool,
    /// Whether a word that names no constraint is taken for an expression. Default: it is refused.
    pub open_constraints: bool,
    /// Most raw bytes of a param; a longer one does not match, though a wildcard may. Default: any number.
    pub max_param_bytes: Option<usize>,
    /// What the application named.
    pub constraints: Constraints,
}

/// A route as it was given.
#[derive(Clone, Debug)]
struct Route {
    method: Method,
    pattern: String,
    conditions: Checked,
    id: RouteId,
}

/// Routes by method and pattern; see [the module](super) for the rules.
#[derive(Clone, Debug, Default)]
pub struct Router {
    options: RouterOptions,
    tree: Tree,
    /// Made of the tree by the first lookup behind a change.
    straight: OnceLock<Straight>,
    /// Every route, only read to name the other side of a conflict and to remove one.
    routes: Vec<Route>,
    conditional: bool,
    versioned: bool,
}

impl Router {
    /// A router without routes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A router without routes, with options.
    #[must_use]
    pub fn with_options(options: RouterOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// Whether a lookup depends on the host of a request or on the version it names.
    #[must_use]
    pub const fn is_conditional(&self) -> bool {
        self.conditional
    }

    /// Whether a route has a version, so that a request that names one is answered by such routes only.
    #[must_use]
    pub const fn is_versioned(&self) -> bool {
        self.versioned
    }

    /// Adds a route for one method without conditions. On an error the router stays as it was.
    ///
    /// # Errors
    /// Those of [`add_all`](Self::add_all).
    pub fn add(&mut self, method: Method, pattern: &str, id: RouteId) -> Result<(), RouteError> {
        self.add_all(&[(method, id)], pattern, &Conditions::default())
    }

    /// Adds a pattern for several methods, with a route each. On an error the router stays as it was.
    ///
    /// # Errors
    /// `ERR_NEXURE_ROUTE_SYNTAX`: the pattern is malformed. `ERR_NEXURE_ROUTE_CONDITION`: a condition is.
    /// `ERR_NEXURE_ROUTE_CONFLICT`: a method has a route of the same shape and conditions. `ERR_NEXURE_ROUTE_LIMIT`: more
    /// than [`MAX_ROUTES`](super::MAX_ROUTES) routes, [`MAX_PARAMS`](super::MAX_PARAMS) params or
    /// [`MAX_PATTERN_BYTES`](super::MAX_PATTERN_BYTES) bytes.
    pub fn add_all(
        &mut self,
        methods: &[(Method, RouteId)],
        pattern: &str,
        conditions: &Conditions<'_>,
    ) -> Result<(), RouteError> {
        let parsed = pattern::parse(pattern, &self.options)?;
        let conditions = Checked::new(conditions)
            .map_err(|problem| RouteError::Condition { pattern: pattern.to_owned(), problem })?;
        if self.routes.len() + methods.len() > MAX_ROUTES {
            return Err(RouteError::Limit { pattern: pattern.to_owned(), limit: RouteLimit::Routes });
        }
        // A leaf without routes changes nothing, so that leaves may be made before it is known whether all can be added.
        self.straight.take();
        let leaves: Vec<u32> = parsed.shapes.iter().map(|shape| self.tree.leaf_of(shape)).collect();
        for (at, (method, _)) in methods.iter().enumerate() {
            let twice = methods.iter().take(at).any(|(other, _)| other == method);
            for (leaf, shape) in leaves.iter().zip(&parsed.shapes) {
                if twice
                    || self.tree.has(*leaf, *method, &conditions)
                    || self.is_rest_taken(*method, shape, &conditions)
                {
                    let existing = self.same_shape(*method, shape, &conditions).unwrap_or(pattern).to_owned();
                    let conditions = conditions.to_string();
                    return Err(RouteError::Conflict {
                        method: *method,
                        pattern: pattern.to_owned(),
                        existing,
                        conditions,
                    });
                }
            }
        }
        for (method, id) in methods {
            for leaf in &leaves {
                self.tree.insert(*leaf, *method, &conditions, *id);
            }
            let conditions = conditions.clone();
            self.routes.push(Route { method: *method, pattern: pattern.to_owned(), conditions, id: *id });
        }
        self.conditional |= !conditions.is_empty();
        self.versioned |= conditions.has_version();
        Ok(())
    }

    /// Removes the route of a method with this pattern and these conditions, and gives what it was called; `None` if there
    /// is none. Names of params do not matter. The others are added anew, so that it costs as much as all of them.
    ///
    /// # Errors
    /// Those of [`add`](Self::add) that concern the pattern and the conditions alone.
    pub fn remove(
        &mut self,
        method: Method,
        pattern: &str,
        conditions: &Conditions<'_>,
    ) -> Result<Option<RouteId>, RouteError> {
        let parsed = pattern::parse(pattern, &self.options)?;
        let conditions = Checked::new(conditions)
            .map_err(|problem| RouteError::Condition { pattern: pattern.to_owned(), problem })?;
        let same = |route: &Route| {
            route.method == method
                && route.conditions.same(&conditions)
                && pattern::parse(&route.pattern, &self.options).is_ok_and(|other| {
                    other.shapes.len() == parsed.shapes.len()
                        && other.shapes.iter().zip(&parsed.shapes).all(|(a, b)| pattern::same_shape(a, b))
                })
        };
        let Some(at) = self.routes.iter().position(same) else { return Ok(None) };
        let id = self.routes.remove(at).id;
        self.rebuild();
        Ok(Some(id))
    }

    fn rebuild(&mut self) {
        self.tree = Tree::default();
        self.straight.take();
        (self.conditional, self.versioned) = (false, false);
        for route in &self.routes {
            let Ok(parsed) = pattern::parse(&route.pattern, &self.options) else { continue };
            for shape in &parsed.shapes {
                let leaf = self.tree.leaf_of(shape);
                self.tree.insert(leaf, route.method, &route.conditions, route.id);
            }
            self.conditional |= !route.conditions.is_empty();
            self.versioned |= route.conditions.has_version();
        }
    }

    /// Makes now what the first lookup behind a change would make, in time that is linear in the routes.
    pub fn prepare(&self) {
        let _ = self.straight();
    }

    #[inline]
    fn straight(&self) -> &Straight {
        self.straight.get_or_init(|| Straight::new(&self.tree, &self.options))
    }

    /// Finds the route for a request whose host and version do not matter; see [`find_under`](Self::find_under).
    pub fn find(&self, method: Method, path: &[u8], captures: &mut Captures) -> Lookup {
        self.find_under(method, path, Circumstances::default(), captures)
    }

    /// Finds the route for a request. `path` is the raw path of the request target: beginning with `/`, without
    /// the query. `captures` is cleared first and stays empty unless a route is found.
    pub fn find_under(
        &self,
        method: Method,
        path: &[u8],
        circumstances: Circumstances<'_>,
        captures: &mut Captures,
    ) -> Lookup {
        captures.clear();
        if let Some(leaf) = self.straight().find(path, captures).and_then(|leaf| self.tree.leaf(leaf)) {
            let found = if self.conditional || circumstances.version.is_some() {
                self.route_under(leaf, method, &circumstances)
            } else {
                leaf.route(method)
            };
            if let Some(id) = found {
                return Lookup::Found(id);
            }
        }
        self.search(method, path, circumstances, captures)
    }

    #[cold]
    fn route_under(&self, leaf: &Leaf, method: Method, circumstances: &Circumstances<'_>) -> Option<RouteId> {
        self.tree.route_under(leaf, method, &Situation::new(circumstances))
    }

    /// The whole search, for when the straight way does not lead to a route.
    #[inline(never)]
    pub(super) fn search(
        &self,
        method: Method,
        path: &[u8],
        circumstances: Circumstances<'_>,
        captures: &mut Captures,
    ) -> Lookup {
        captures.clear();
        if path.first() != Some(&b'/') || u32::try_from(path.len()).is_err() {
            return Lookup::NotFound;
        }
        let escaped = memchr(b'%', path).is_some();
        if escaped && !percent::validate(path) {
            return Lookup::BadEncoding;
        }
        if self.conditional || circumstances.version.is_some() {
            let situation = Situation::new(&circumstances);
            return self.walk(method, path, escaped, Some(&situation), captures);
        }
        self.walk(method, path, escaped, None, captures)
    }

    fn walk(
        &self,
        method: Method,
        path: &[u8],
        escaped: bool,
        situation: Option<&Situation>,
        captures: &mut Captures,
    ) -> Lookup {
        // An empty param would take what may be left over.
        let trims = self.options.empty_params && self.options.ignore_trailing_slash;
        let path = if trims { without_tail(path, self.options.merge_slashes) } else { path };
        let (manner, rest) = self.manner(path, escaped);
        let (found, allowed) = if escaped || manner.fold || manner.merge {
            let mut walk = Walk::<false>::new(&self.tree, method, path.len(), manner, situation, captures);
            (walk.descend(self.tree.node(ROOT), rest).or_else(|| walk.everything(path)), walk.allowed)
        } else {
            let mut walk = Walk::<true>::new(&self.tree, method, path.len(), manner, situation, captures);
            (walk.descend(self.tree.node(ROOT), rest).or_else(|| walk.everything(path)), walk.allowed)
        };
        if let Some(id) = found {
            return Lookup::Found(id);
        }
        captures.clear();
        if allowed.is_empty() {
            Lookup::NotFound
        } else if method == Method::Options {
            Lookup::Options(allowed.with(Method::Options))
        } else {
            Lookup::MethodNotAllowed(allowed.with(Method::Options))
        }
    }

    /// How a path is read, and what follows its first slash.
    fn manner<'p>(&self, path: &'p [u8], escaped: bool) -> (Manner, &'p [u8]) {
        let options = &self.options;
        let merge = options.merge_slashes && memmem::find(path, b"//").is_some();
        let mut rest = path.strip_prefix(b"/").unwrap_or_default();
        if merge {
            rest = skip_slashes(rest);
        }
        let tail = match options.ignore_trailing_slash {
            true if merge => rest.iter().rev().take_while(|byte| **byte == b'/').count(),
            true => usize::from(rest.ends_with(b"/")),
            false => 0,
        };
        let most = options.max_param_bytes.unwrap_or(usize::MAX);
        (Manner { escaped, fold: options.ignore_case, merge, empty: options.empty_params, tail, most }, rest)
    }

    /// The params of a pattern in the order of its captures.
    ///
    /// # Errors
    /// Those of [`add`](Self::add) that concern the pattern alone.
    pub fn params(&self, pattern: &str) -> Result<Vec<Param>, RouteError> {
        Ok(pattern::parse(pattern, &self.options)?.params)
    }

    /// Whether `*` and `/*`, which take the same, meet.
    fn is_rest_taken(&self, method: Method, shape: &[pattern::Part], conditions: &Checked) -> bool {
        let root = self.tree.node(ROOT).wildcard;
        match shape {
            [pattern::Part::Everything] => self.tree.has(root, method, conditions),
            [pattern::Part::Text(text), pattern::Part::Wildcard] if text == "/" => {
                self.tree.has(self.tree.everything, method, conditions)
            }
            _ => false,
        }
    }

    /// The pattern of the route that a new one collides with.
    fn same_shape(&self, method: Method, shape: &[pattern::Part], conditions: &Checked) -> Option<&str> {
        let same = |other: &Route| {
            pattern::parse(&other.pattern, &self.options)
                .is_ok_and(|other| other.shapes.iter().any(|other| pattern::same_shape(shape, other)))
        };
        let found = self.routes.iter().find(|it| it.method == method && it.conditions.same(conditions) && same(it));
        found.map(|route| route.pattern.as_str())
    }

    /// Whether the straight way leads to a leaf.
    #[cfg(test)]
    pub(super) fn goes_straight(&self, path: &[u8]) -> bool {
        self.straight().find(path, &mut Captures::new()).is_some_and(|leaf| self.tree.leaf(leaf).is_some())
    }

    /// How many nodes a lookup enters, and how many there are.
    #[cfg(test)]
    pub(super) fn steps(&self, method: Method, path: &[u8]) -> (usize, usize) {
        let mut captures = Captures::new();
        let (manner, rest) = self.manner(path, true);
        let mut walk = Walk::<false>::new(&self.tree, method, path.len(), manner, None, &mut captures);
        let _ = walk.descend(self.tree.node(ROOT), rest);
        (walk.steps, self.tree.node_count())
    }
}

/// A path without its last slash, or last slashes, but for the first.
fn without_tail(path: &[u8], all: bool) -> &[u8] {
    let mut path = path;
    while let [start @ .., b'/'] = path
        && !start.is_empty()
    {
        path = start;
        if !all {
            break;
        }
    }
    path
}
