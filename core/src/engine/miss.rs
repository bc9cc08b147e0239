//! What JavaScript is asked before the core answers for itself: requests without a route, where the application has
//! something to say to those, and bodies that are too long.

use crate::http::MethodSet;
use crate::router::Lookup;

use super::Engine;
use super::problem::Problem;
use crate::input::Refusal;

/// Kinds of requests that no route answers.
pub mod miss_kind {
    /// No route has the path: 404.
    pub const NOT_FOUND: u32 = 1;
    /// No route of the path has the method: 405.
    pub const METHOD: u32 = 2;
    /// OPTIONS without a route for it: 204.
    pub const OPTIONS: u32 = 4;
    /// The path holds a malformed escape: 400.
    pub const ENCODING: u32 = 8;
}

/// Where such requests go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Misses {
    pub route: u32,
    pub kinds: u32,
}

/// How the core would answer a request that it hands to JavaScript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The status; 0 for a request that has its route.
    pub status: u16,
    /// The methods that `Allow` lists, with 405 and 204.
    pub allow: MethodSet,
}

impl Verdict {
    /// The content is longer than its route takes.
    pub(super) const TOO_LARGE: Self = Self { status: 413, allow: MethodSet::EMPTY };

    /// The request does not fit the schemas of its route.
    pub(super) fn of(refusal: &Refusal) -> Self {
        Self { status: Problem::from(refusal.fault).status, allow: MethodSet::EMPTY }
    }
}

impl Misses {
    /// How a request would be answered whose lookup has failed, if JavaScript is to be asked.
    pub fn verdict(self, lookup: Lookup) -> Option<Verdict> {
        let (kind, status, allow) = match lookup {
            Lookup::NotFound => (miss_kind::NOT_FOUND, 404, MethodSet::EMPTY),
            Lookup::MethodNotAllowed(methods) => (miss_kind::METHOD, 405, methods),
            Lookup::Options(methods) => (miss_kind::OPTIONS, 204, methods),
            Lookup::BadEncoding => (miss_kind::ENCODING, 400, MethodSet::EMPTY),
            Lookup::Found(_) => return None,
        };
        (self.kinds & kind != 0).then_some(Verdict { status, allow })
    }
}

impl Engine {
    /// Hands requests without a route to JavaScript as those of `route`, if they are of these kinds ([`miss_kind`]).
    /// `OPTIONS *` asks about the server and is always answered here.
    pub fn set_misses(&mut self, route: u32, kinds: u32) {
        self.shared.misses = (kinds != 0).then_some(Misses { route, kinds });
    }
}
