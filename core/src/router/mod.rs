//! Finds the route of a request by method and raw path. Owns the syntax of patterns, their priority, what is a
//! conflict, and the answers 405, `Allow`, HEAD and OPTIONS follow from. It decodes nothing, normalises nothing (`//`,
//! `.` and `..` are segments like others) and allocates nothing during a lookup.
//!
//! # Patterns
//! `/users/me` is static text, `/users/:id` has a param, which is one whole, never empty segment, and `/files/*` or
//! `/files/*path` ends with a wildcard, which takes the rest of the path, slashes included; the rest may be empty, so
//! that `/files/` matches and `/files` does not. Matching is case-sensitive and a trailing slash counts.
//!
//! # Priority
//! Segment by segment, static text comes before a param and a param before a wildcard. A pattern that fails further
//! on, or has no route for the method, gives way to the next:
//!
//! ```
//! use nexure_core::http::Method;
//! use nexure_core::router::{Captures, Lookup, Router};
//!
//! let (mut router, mut captures) = (Router::new(), Captures::new());
//! router.add(Method::Get, "/users/me", 1)?;
//! router.add(Method::Delete, "/users/:id", 2)?;
//! router.add(Method::Get, "/:kind/:id/edit", 3)?;
//! assert_eq!(router.find(Method::Get, b"/users/me", &mut captures), Lookup::Found(1));
//! assert_eq!(router.find(Method::Delete, b"/users/me", &mut captures), Lookup::Found(2));
//! assert_eq!(router.find(Method::Get, b"/users/me/edit", &mut captures), Lookup::Found(3));
//! # Ok::<(), nexure_core::router::RouteError>(())
//! ```
//!
//! # Conflicts
//! Two routes conflict if they have one method and one shape. The names of params are no part of the shape, all else
//! is, so patterns may overlap freely:
//!
//! ```
//! use nexure_core::http::Method;
//! use nexure_core::router::Router;
//!
//! let mut router = Router::new();
//! router.add(Method::Get, "/a/:id", 1)?;
//!
//! // The same shape under other names conflicts, and the message names both patterns.
//! let error = router.add(Method::Get, "/a/:key", 2).unwrap_err();
//! assert_eq!(error.code(), "ERR_NEXURE_ROUTE_CONFLICT");
//! assert_eq!(error.to_string(), r#"route GET "/a/:key" has the same shape as GET "/a/:id""#);
//!
//! // None of these does: another method, a longer pattern, a trailing slash, static text, a wildcard.
//! router.add(Method::Post, "/a/:key", 2)?;
//! router.add(Method::Get, "/a/:key/b", 3)?;
//! router.add(Method::Get, "/a/:id/", 4)?;
//! router.add(Method::Get, "/a/b", 5)?;
//! router.add(Method::Get, "/a/*rest", 6)?;
//!
//! // HEAD is served by GET until it has a route of its own, which is no conflict either.
//! router.add(Method::Head, "/a/:id", 7)?;
//! # Ok::<(), nexure_core::router::RouteError>(())
//! ```
//!
//! # Percent escapes
//! The raw path is split at its raw slashes, so `%2F` never separates segments. Static text, which patterns spell
//! without escapes, matches the decoded bytes of a segment: `/caf%C3%A9` and `/%63af%c3%a9` find `/café`. Captures are raw.

mod captures;
mod conditions;
mod constraint;
mod error;
mod pattern;
pub mod percent;
mod places;
mod regex;
mod routes;
mod segment;
mod straight;
mod swar;
mod tree;
mod walk;

#[cfg(test)]
mod tests;

pub use captures::{Capture, Captures};
pub use conditions::{Circumstances, Conditions, HostCondition};
pub use constraint::{Constraints, ParamKind};
pub use error::{ConditionProblem, PatternProblem, RouteError, RouteLimit};
pub use pattern::{MAX_PARAMS, MAX_PATTERN_BYTES, Param};
pub use regex::MAX_AUTOMATON_BYTES;
pub use routes::{Lookup, MAX_ROUTES, RouteId, Router, RouterOptions};
pub use segment::MAX_DIVIDED_BYTES;
