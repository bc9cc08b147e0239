//! The route table that an application fills before it starts.

use std::rc::Rc;

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use nexure_core::engine::{self, Engine, ReplacementError, RouteRules};
use nexure_core::http::Method;
use nexure_core::router::{RouteError, Router};

use super::engine::{EngineOptions, RouteOptions};
use super::files::FileRoot;
use super::hot_files::HotFiles;

/// Why a route was refused.
#[napi(object)]
pub struct RouteFailure {
    /// `ERR_NEXURE_ROUTE_CONFLICT`, `ERR_NEXURE_ROUTE_SYNTAX` or `ERR_NEXURE_ROUTE_LIMIT`.
    pub code: String,
    /// What is wrong, naming the patterns.
    pub message: String,
}

impl From<RouteError> for RouteFailure {
    fn from(error: RouteError) -> Self {
        Self { code: error.code().to_owned(), message: error.to_string() }
    }
}

/// Patterns by method; a server takes a copy when it starts.
#[napi]
#[derive(Default)]
pub struct RouteTable {
    pub(super) router: Router,
    pub(super) rules: Vec<RouteRules>,
    pub(super) files: Vec<(u32, engine::HotFiles)>,
    misses: Option<(u32, u32)>,
    /// By the code of the answer: field lines and body.
    replacements: Vec<(String, String, Option<Vec<u8>>)>,
}

impl RouteTable {
    /// An engine with these routes.
    pub(super) fn engine(&self, options: EngineOptions) -> Engine {
        let mut engine = Engine::with_rules(options.into(), self.router.clone(), self.rules.clone());
        for (route, files) in &self.files {
            engine.set_hot_files(*route, files.clone());
        }
        if let Some((route, kinds)) = self.misses {
            engine.set_misses(route, kinds);
        }
        for (code, fields, body) in &self.replacements {
            // Checked when it was given.
            let _ = engine.replace_problem(code, fields, body.as_deref());
        }
        engine
    }
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl RouteTable {
    /// A table without routes.
    #[napi(constructor, catch_unwind)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a pattern for several methods by their numbers, with one route number each from `first` on; gives what is
    /// wrong with it, or nothing. All are added, or none.
    #[napi(catch_unwind)]
    pub fn add_all(&mut self, methods: Vec<u8>, pattern: String, first: u32) -> Option<RouteFailure> {
        let mut changed = self.router.clone();
        for (route, method) in (first..).zip(methods) {
            if let Some(failure) = Self::add_to(&mut changed, method, &pattern, route) {
                return Some(failure);
            }
        }
        self.router = changed;
        None
    }

    /// Adds a route for the method with this number; gives what is wrong with it, or nothing.
    #[napi(catch_unwind)]
    pub fn add(&mut self, method: u8, pattern: String, route: u32) -> Option<RouteFailure> {
        Self::add_to(&mut self.router, method, &pattern, route)
    }

    /// Sets what the route with this number declares of its requests.
    #[napi(catch_unwind)]
    pub fn set_rules(&mut self, route: u32, options: RouteOptions) {
        let route = route as usize;
        if self.rules.len() <= route {
            self.rules.resize(route + 1, RouteRules::DEFAULT);
        }
        if let Some(rules) = self.rules.get_mut(route) {
            *rules = options.into();
        }
    }

    /// Has a route answered with files from memory, where they are there.
    #[napi(catch_unwind)]
    pub fn set_files(&mut self, route: u32, root: &FileRoot, hot: &HotFiles) {
        let files = engine::HotFiles {
            mount: root.mount.clone(),
            set: Rc::clone(&hot.set),
            identify: super::hot_files::identity_of,
        };
        self.files.push((route, files));
    }

    /// Hands requests that no route answers to JavaScript as those of `route`, if they are of these kinds (a sum of the
    /// layout's `MISS_...`).
    #[napi(catch_unwind)]
    pub fn set_misses(&mut self, route: u32, kinds: u32) {
        self.misses = Some((route, kinds));
    }

    /// Has the native answer with this code sent with more field lines, and with another body if one is given; gives what
    /// is wrong with them, or nothing: `unknown`, `fields` (they may not be sent) or `reserved` (one is the core's own).
    #[napi(catch_unwind)]
    pub fn replace_problem(&mut self, code: String, fields: String, body: Option<Uint8Array>) -> Option<String> {
        let body = body.map(|body| body.to_vec());
        match engine::check_replacement(&code, &fields) {
            Ok(_) => {
                // The last one given is used.
                self.replacements.retain(|(known, ..)| *known != code);
                self.replacements.push((code, fields, body));
                None
            }
            Err(ReplacementError::Unknown) => Some("unknown".to_owned()),
            Err(ReplacementError::Fields) => Some("fields".to_owned()),
            Err(ReplacementError::Reserved) => Some("reserved".to_owned()),
        }
    }

    fn add_to(router: &mut Router, method: u8, pattern: &str, route: u32) -> Option<RouteFailure> {
        let Some(method) = Method::from_number(method) else {
            return Some(RouteFailure {
                code: "ERR_NEXURE_ROUTE_METHOD".to_owned(),
                message: format!("{method} is no method"),
            });
        };
        router.add(method, pattern, route).err().map(RouteFailure::from)
    }
}

/// The names of the parameters of a valid pattern, in their order; `*` for a wildcard without a name.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn param_names(pattern: String) -> Vec<String> {
    Router::param_names(&pattern).unwrap_or_default()
}

/// The methods a route can have, in the order of their numbers.
#[napi(catch_unwind)]
pub fn methods() -> Vec<String> {
    Method::ALL.iter().map(|method| method.as_str().to_owned()).collect()
}
