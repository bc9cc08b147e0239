//! The route table that an application fills before it starts.

use std::rc::Rc;

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use nexure_core::engine::{self, Engine, ReplacementError, RouteRules};
use nexure_core::http::Method;
use nexure_core::input::InputRules;
use nexure_core::router::{Conditions, HostCondition, ParamKind, RouteError, Router, RouterOptions};

use super::engine::{EngineOptions, RouteOptions};
use super::files::FileRoot;
use super::hot_files::HotFiles;
use super::input::InputProgram;

/// Why a route was refused.
#[napi(object)]
pub struct RouteFailure {
    /// `ERR_NEXURE_ROUTE_CONFLICT`, `_SYNTAX`, `_LIMIT` or `_CONDITION`.
    pub code: String,
    /// What is wrong, naming the patterns.
    pub message: String,
}

impl From<RouteError> for RouteFailure {
    fn from(error: RouteError) -> Self {
        Self { code: error.code().to_owned(), message: error.to_string() }
    }
}

/// How paths and patterns are read; each is off by default.
#[napi(object)]
#[derive(Default)]
pub struct RoutingOptions {
    pub ignore_case: Option<bool>,
    pub ignore_trailing_slash: Option<bool>,
    pub merge_slashes: Option<bool>,
    pub empty_params: Option<bool>,
    pub permissive_patterns: Option<bool>,
    pub open_constraints: Option<bool>,
    /// Most raw bytes of a param.
    pub max_param_bytes: Option<u32>,
    pub constraints: Option<Vec<NamedConstraint>>,
}

/// A constraint that an application named.
#[napi(object)]
pub struct NamedConstraint {
    pub name: String,
    pub source: String,
    pub ignore_case: bool,
}

/// What a route asks of a request beside method and path.
#[napi(object)]
#[derive(Default)]
pub struct RouteConditions {
    pub host: Option<String>,
    /// The source of an expression for the host, instead of `host`.
    pub host_expression: Option<String>,
    pub host_ignores_case: Option<bool>,
    pub version: Option<String>,
}

/// A param of a pattern.
#[napi(object)]
pub struct PatternParam {
    pub name: String,
    /// 0 for text, 1 for a number, 2 for a boolean.
    pub kind: u8,
}

impl From<RoutingOptions> for RouterOptions {
    fn from(options: RoutingOptions) -> Self {
        let mut router = Self {
            ignore_case: options.ignore_case.unwrap_or_default(),
            ignore_trailing_slash: options.ignore_trailing_slash.unwrap_or_default(),
            merge_slashes: options.merge_slashes.unwrap_or_default(),
            empty_params: options.empty_params.unwrap_or_default(),
            permissive_patterns: options.permissive_patterns.unwrap_or_default(),
            open_constraints: options.open_constraints.unwrap_or_default(),
            max_param_bytes: options.max_param_bytes.map(|bytes| bytes as usize),
            ..Self::default()
        };
        for NamedConstraint { name, source, ignore_case } in options.constraints.unwrap_or_default() {
            // `constraint_problem` was asked before.
            let _ = router.constraints.define(&name, &source, ignore_case);
        }
        router
    }
}

impl RouteConditions {
    pub(super) fn as_core(&self) -> Conditions<'_> {
        let expression = self.host_expression.as_deref().map(|source| HostCondition::Expression {
            source,
            ignore_case: self.host_ignores_case.unwrap_or_default(),
        });
        Conditions {
            host: expression.or(self.host.as_deref().map(HostCondition::Name)),
            version: self.version.as_deref(),
        }
    }
}

/// The params of a pattern in the order of its captures; none if it is not one.
pub(super) fn params_of(router: &Router, pattern: &str) -> Vec<PatternParam> {
    let params = router.params(pattern).unwrap_or_default();
    let kind = |kind| match kind {
        ParamKind::Text => 0,
        ParamKind::Number => 1,
        ParamKind::Boolean => 2,
    };
    params.into_iter().map(|param| PatternParam { kind: kind(param.kind), name: param.name }).collect()
}

/// Patterns by method; a server takes a copy when it starts.
#[napi]
#[derive(Default)]
pub struct RouteTable {
    pub(super) router: Router,
    pub(super) rules: Vec<RouteRules>,
    pub(super) files: Vec<(u32, engine::HotFiles)>,
    /// By route.
    inputs: Vec<(u32, Rc<InputRules>)>,
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
        for (route, input) in &self.inputs {
            engine.set_input(*route, Rc::clone(input));
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
    pub fn new(options: Option<RoutingOptions>) -> Self {
        Self { router: Router::with_options(options.unwrap_or_default().into()), ..Self::default() }
    }

    /// Adds a pattern for several methods by their numbers, with one route number each from `first` on; gives what is
    /// wrong with it, or nothing. All are added, or none.
    #[napi(catch_unwind)]
    pub fn add_all(
        &mut self,
        methods: Vec<u8>,
        pattern: String,
        first: u32,
        conditions: Option<RouteConditions>,
    ) -> Option<RouteFailure> {
        let mut routes = Vec::with_capacity(methods.len());
        for (route, number) in (first..).zip(methods) {
            let Some(method) = Method::from_number(number) else {
                return Some(RouteFailure {
                    code: "ERR_NEXURE_ROUTE_METHOD".to_owned(),
                    message: format!("{number} is no method"),
                });
            };
            routes.push((method, route));
        }
        let conditions = conditions.unwrap_or_default();
        self.router.add_all(&routes, &pattern, &conditions.as_core()).err().map(RouteFailure::from)
    }

    /// The params of a pattern in the order of its captures; none if it is not one.
    #[napi(catch_unwind)]
    pub fn params(&self, pattern: String) -> Vec<PatternParam> {
        params_of(&self.router, &pattern)
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

    /// Has the requests of a route checked by a program that compiled, before they are handed over; without one, no more.
    #[napi(catch_unwind)]
    pub fn set_input(&mut self, route: u32, program: Option<&InputProgram>) {
        self.inputs.retain(|(known, _)| *known != route);
        if let Some(rules) = program.and_then(InputProgram::rules) {
            self.inputs.push((route, rules));
        }
    }

    /// Takes back what `setFiles` has said of all routes.
    #[napi(catch_unwind)]
    pub fn clear_files(&mut self) {
        self.files.clear();
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
}

/// What is wrong with a constraint that an application names, or nothing.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn constraint_problem(constraint: NamedConstraint) -> Option<String> {
    let NamedConstraint { name, source, ignore_case } = constraint;
    RouterOptions::default().constraints.define(&name, &source, ignore_case).err()
}

/// The methods a route can have, in the order of their numbers.
#[napi(catch_unwind)]
pub fn methods() -> Vec<String> {
    Method::ALL.iter().map(|method| method.as_str().to_owned()).collect()
}
