//! The router itself: adds routes and answers lookups, with what HTTP asks for when the method does not fit
//! (RFC 9110 §9.3.2 HEAD, §9.3.7 OPTIONS, §15.5.6 status 405).

use memchr::memchr;

use super::captures::Captures;
use super::error::{RouteError, RouteLimit};
use super::tree::{ROOT, Tree};
use super::walk::Walk;
use super::{pattern, percent};
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

/// Routes by method and pattern; see [the module](super) for the rules.
#[derive(Clone, Debug, Default)]
pub struct Router {
    tree: Tree,
    /// Every route as it was given, only read to name the other side of a conflict.
    routes: Vec<(Method, String)>,
}

impl Router {
    /// A router without routes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a route. On an error the router stays as it was.
    ///
    /// # Errors
    /// `ERR_NEXURE_ROUTE_SYNTAX`: the pattern is malformed. `ERR_NEXURE_ROUTE_CONFLICT`: the method has a route of the
    /// same shape. `ERR_NEXURE_ROUTE_LIMIT`: more than [`MAX_ROUTES`](super::MAX_ROUTES) routes,
    /// [`MAX_PARAMS`](super::MAX_PARAMS) params or [`MAX_PATTERN_BYTES`](super::MAX_PATTERN_BYTES) bytes.
    pub fn add(&mut self, method: Method, pattern: &str, id: RouteId) -> Result<(), RouteError> {
        let parts = pattern::parse(pattern)?;
        if self.routes.len() >= MAX_ROUTES {
            return Err(RouteError::Limit { pattern: pattern.to_owned(), limit: RouteLimit::Routes });
        }
        if !self.tree.insert(&parts, method, id) {
            let existing = self.same_shape(method, &parts).unwrap_or(pattern).to_owned();
            return Err(RouteError::Conflict { method, pattern: pattern.to_owned(), existing });
        }
        self.routes.push((method, pattern.to_owned()));
        Ok(())
    }

    /// Finds the route for a request. `path` is the raw path of the request target: ASCII, beginning with `/`, without
    /// the query. `captures` is cleared first and stays empty unless a route is found.
    pub fn find(&self, method: Method, path: &[u8], captures: &mut Captures) -> Lookup {
        captures.clear();
        let Some(rest) = path.strip_prefix(b"/") else { return Lookup::NotFound };
        if u32::try_from(path.len()).is_err() {
            return Lookup::NotFound;
        }
        if memchr(b'%', rest).is_none() {
            self.walk::<false>(method, rest, path.len(), captures)
        } else if percent::validate(rest) {
            self.walk::<true>(method, rest, path.len(), captures)
        } else {
            Lookup::BadEncoding
        }
    }

    /// The names of a pattern's params in the order of its captures, `*` for a wildcard without a name.
    ///
    /// # Errors
    /// Those of [`add`](Self::add) that concern the pattern alone.
    pub fn param_names(pattern: &str) -> Result<Vec<String>, RouteError> {
        Ok(pattern::names(&pattern::parse(pattern)?).map(str::to_owned).collect())
    }

    fn walk<const ESCAPED: bool>(
        &self,
        method: Method,
        rest: &[u8],
        path_len: usize,
        captures: &mut Captures,
    ) -> Lookup {
        let mut walk = Walk::<ESCAPED>::new(&self.tree, method, path_len, captures);
        if let Some(id) = walk.descend(self.tree.node(ROOT), rest) {
            return Lookup::Found(id);
        }
        let allowed = walk.allowed;
        captures.clear();
        if allowed.is_empty() {
            Lookup::NotFound
        } else if method == Method::Options {
            Lookup::Options(allowed.with(Method::Options))
        } else {
            Lookup::MethodNotAllowed(allowed.with(Method::Options))
        }
    }

    /// The pattern of the route that a new one collides with.
    fn same_shape(&self, method: Method, parts: &[pattern::Part<'_>]) -> Option<&str> {
        let same = |other: &str| pattern::parse(other).is_ok_and(|other| pattern::same_shape(parts, &other));
        self.routes.iter().find(|(m, other)| *m == method && same(other)).map(|(_, other)| other.as_str())
    }

    /// How many nodes a lookup enters, and how many there are.
    #[cfg(test)]
    pub(super) fn steps(&self, method: Method, path: &[u8]) -> (usize, usize) {
        let mut captures = Captures::new();
        let rest = path.strip_prefix(b"/").unwrap_or_default();
        let mut walk = Walk::<true>::new(&self.tree, method, path.len(), &mut captures);
        let _ = walk.descend(self.tree.node(ROOT), rest);
        (walk.steps, self.tree.node_count())
    }
}
