//! HTTP/1.1 on bytes: request heads, bodies and response heads. Knows no connection and no router.

mod method;

pub use method::{Method, MethodSet};
