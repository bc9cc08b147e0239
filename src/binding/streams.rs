//! Bodies that are read and answers that are written while the other side is still at work, for both kinds of server.

use std::cell::RefCell;

use napi::bindgen_prelude::{JsValue as _, Unknown};
use napi::{Env, Result};
use nexure_core::engine::{BodyRead, ConnectionId, Engine, Outcome, Problem, Written};

use super::values;
use crate::guard::strike;

/// What `readBody` gives when it gives no bytes; from [`FAILED`] on, a native problem by its place in the list.
const WAIT: u32 = 0;
const END: u32 = 1;
const GONE: u32 = 2;
const FAILED: u32 = 16;

/// Bytes of a body in memory of their own, or a number that says why there are none.
pub fn read_body<'env>(
    env: &'env Env,
    engine: &RefCell<Engine>,
    id: ConnectionId,
    sequence: u32,
) -> Result<Unknown<'env>> {
    strike("read body");
    let read = engine.borrow_mut().read_body(id, sequence);
    let number = match read {
        BodyRead::Bytes(bytes) => {
            let value = values::bytes(env, &bytes);
            engine.borrow_mut().recycle(bytes);
            return value;
        }
        BodyRead::Wait => WAIT,
        BodyRead::End => END,
        BodyRead::Gone => GONE,
        BodyRead::Failed(problem) => {
            let place = Problem::ALL.iter().position(|known| *known == problem).unwrap_or(0);
            FAILED.saturating_add(u32::try_from(place).unwrap_or(0))
        }
    };
    Ok(env.create_uint32(number)?.to_unknown())
}

/// Writes bytes of an answer: 0 there is room for more, 1 there will be, 2 the request is over, 3 they are too many.
pub fn write_body(engine: &RefCell<Engine>, id: ConnectionId, sequence: u32, bytes: &[u8]) -> u32 {
    strike("write body");
    match engine.borrow_mut().write(id, sequence, bytes) {
        Written::Open => 0,
        Written::Full => 1,
        Written::Gone => 2,
        Written::TooMany => 3,
    }
}

/// Ends an answer: 0 it is whole, 1 it is shorter than it promised and was cut, 2 the request is over.
pub fn end_body(engine: &RefCell<Engine>, id: ConnectionId, sequence: u32) -> u32 {
    match engine.borrow_mut().finish(id, sequence) {
        Outcome::Accepted => 0,
        Outcome::Refused => 1,
        Outcome::Gone => 2,
    }
}
