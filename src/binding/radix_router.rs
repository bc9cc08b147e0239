//! The router by itself, for `RadixRouter` of `nexurejs/native`: one table per method, which may have any name.

use std::collections::BTreeMap;

use napi::bindgen_prelude::Uint32Array;
use napi_derive::napi;
use nexure_core::http::Method;
use nexure_core::router::{Captures, Circumstances, Lookup, RouteError, Router, RouterOptions};

use super::routes::{PatternParam, RouteConditions, RouteFailure, RoutingOptions, params_of};

/// Stands for every method: within a table there is only one. No other is served by it, as HEAD is by GET.
const ONLY: Method = Method::Post;

/// What `find` gives where no route matches.
const NOT_FOUND: i64 = -1;

/// What `find` gives for a path with a malformed escape.
const BAD_ENCODING: i64 = -2;

/// Routes by method and pattern, outside of any server.
#[napi]
pub struct RouteFinder {
    options: RouterOptions,
    methods: BTreeMap<String, Router>,
    captures: Captures,
}

/// What removing a route gives.
#[napi(object)]
pub struct RemovedRoute {
    /// What the route was called; absent where there was none.
    pub route: Option<u32>,
    pub failure: Option<RouteFailure>,
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl RouteFinder {
    /// A router without routes.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: RoutingOptions) -> Self {
        Self { options: options.into(), methods: BTreeMap::new(), captures: Captures::new() }
    }

    /// Adds a route; gives what is wrong with it, or nothing.
    #[napi(catch_unwind)]
    pub fn add(
        &mut self,
        method: String,
        pattern: String,
        route: u32,
        conditions: RouteConditions,
    ) -> Option<RouteFailure> {
        let options = &self.options;
        let router = self.methods.entry(method.clone()).or_insert_with(|| Router::with_options(options.clone()));
        let error = router.add_all(&[(ONLY, route)], &pattern, &conditions.as_core()).err()?;
        let code = error.code().to_owned();
        let message = match error {
            RouteError::Conflict { pattern, existing, conditions, .. } => {
                format!("route {method} {pattern:?} has the same shape as {method} {existing:?}{conditions}")
            }
            other => other.to_string(),
        };
        Some(RouteFailure { code, message })
    }

    /// Removes a route.
    #[napi(catch_unwind)]
    pub fn remove(&mut self, method: String, pattern: String, conditions: RouteConditions) -> RemovedRoute {
        let mut none = Router::with_options(self.options.clone());
        let router = self.methods.get_mut(&method).unwrap_or(&mut none);
        match router.remove(ONLY, &pattern, &conditions.as_core()) {
            Ok(route) => RemovedRoute { route, failure: None },
            Err(error) => RemovedRoute { route: None, failure: Some(error.into()) },
        }
    }

    /// The number of the route of a request, -1 if there is none, -2 if the path has a malformed escape. Where the params
    /// lie goes to `spans`: how many there are, then for each its start and its length, negative (as a 32-bit number) if it
    /// has escapes.
    #[napi(catch_unwind)]
    pub fn find(
        &mut self,
        method: String,
        path: String,
        host: Option<String>,
        version: Option<String>,
        mut spans: Uint32Array,
    ) -> i64 {
        let Some(router) = self.methods.get(&method) else { return NOT_FOUND };
        let circumstances =
            Circumstances { host: host.as_deref().map(str::as_bytes), version: version.as_deref().map(str::as_bytes) };
        match router.find_under(ONLY, path.as_bytes(), circumstances, &mut self.captures) {
            Lookup::Found(route) => {
                // SAFETY: the array belongs to the caller, which runs in this thread and waits for this call.
                #[allow(unsafe_code, reason = "the spans are written in place")]
                let spans = unsafe { spans.as_mut() };
                let [count, places @ ..] = spans else { return i64::from(route) };
                *count = u32::try_from(self.captures.len()).unwrap_or(0);
                for (place, capture) in places.chunks_exact_mut(2).zip(&self.captures) {
                    let len = if capture.needs_decode { capture.len.wrapping_neg() } else { capture.len };
                    place.copy_from_slice(&[capture.start, len]);
                }
                i64::from(route)
            }
            Lookup::BadEncoding => BAD_ENCODING,
            _ => NOT_FOUND,
        }
    }

    /// The methods that have a route for a path, sorted.
    #[napi(catch_unwind)]
    pub fn methods_of(&mut self, path: String, host: Option<String>, version: Option<String>) -> Vec<String> {
        let circumstances =
            Circumstances { host: host.as_deref().map(str::as_bytes), version: version.as_deref().map(str::as_bytes) };
        let captures = &mut self.captures;
        let mut has = |router: &Router| {
            matches!(router.find_under(ONLY, path.as_bytes(), circumstances, captures), Lookup::Found(_))
        };
        self.methods.iter().filter(|(_, router)| has(router)).map(|(method, _)| method.clone()).collect()
    }

    /// The params of a pattern in the order of its captures; none if it is not one.
    #[napi(catch_unwind)]
    pub fn params(&self, pattern: String) -> Vec<PatternParam> {
        params_of(&Router::with_options(self.options.clone()), &pattern)
    }
}
