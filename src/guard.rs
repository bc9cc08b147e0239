//! Stops panics at the doors through which C calls us: unwinding into C would abort the process.
//!
//! Every panic is a bug of ours. It costs the connection or the request it struck, is written to standard error, and is
//! counted. A build with the feature `panic-injection` panics at a door when it is told to; no release has it.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

static PANICS: AtomicU64 = AtomicU64::new(0);
static COUNTING: Once = Once::new();

/// Panics of this library in this process since it counts, wherever they were caught.
pub fn panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// Counts panics from now on, those included that Node-API functions turn into exceptions.
pub fn count_panics() {
    COUNTING.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICS.fetch_add(1, Ordering::Relaxed);
            usual(panic);
        }));
    });
}

/// Runs `act`; if it panics, writes one line to standard error and returns what `fallback` gives.
pub fn guard<R>(place: &str, fallback: impl FnOnce() -> R, act: impl FnOnce() -> R) -> R {
    let guarded = AssertUnwindSafe(|| {
        strike(place);
        act()
    });
    catch_unwind(guarded).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        // Standard error may be closed; there is nobody left to tell then.
        let _ = writeln!(std::io::stderr(), "nexurejs: panic in {place}: {message}");
        fallback()
    })
}

/// A place that can be made to panic: `NEXURE_PANIC_AT=place:count` has the passage of that number panic.
#[cfg(feature = "panic-injection")]
#[allow(clippy::panic, reason = "what the feature is for")]
pub fn strike(place: &str) {
    static WANTED: std::sync::OnceLock<Option<(String, u64)>> = std::sync::OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("NEXURE_PANIC_AT").ok()?;
        let (place, count) = text.rsplit_once(':')?;
        Some((place.to_owned(), count.parse().ok()?))
    });
    if let Some((wanted, count)) = wanted
        && wanted == place
        && PASSED.fetch_add(1, Ordering::Relaxed).saturating_add(1) == *count
    {
        panic!("injected");
    }
}

/// A place that can be made to panic, in builds for that only.
#[cfg(not(feature = "panic-injection"))]
#[inline]
pub fn strike(_: &str) {}
