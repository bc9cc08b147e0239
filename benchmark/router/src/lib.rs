//! Nothing but benches: see `benches/router.rs`.
