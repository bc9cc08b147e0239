//! Values made from bytes: a string or an array with memory of its own.

#![allow(unsafe_code, reason = "foreign functions of Node-API")]

use std::ptr::null_mut;

use napi::bindgen_prelude::{JsValue as _, Unknown};
use napi::{Env, Error, Result, Status, sys};
use nexure_core::engine::ConnectionId;

use crate::uv::Loop;

fn check(status: sys::napi_status) -> Result<()> {
    if status == sys::Status::napi_ok {
        Ok(())
    } else {
        Err(Error::new(Status::GenericFailure, "JavaScript has no memory for a value"))
    }
}

/// A value that raw calls have made in this environment.
pub fn known(env: &Env, value: sys::napi_value) -> Unknown<'_> {
    // SAFETY: the value was made in this environment by the caller.
    unsafe { Unknown::from_raw_unchecked(env.raw(), value) }
}

/// A value that came as an argument, as the raw calls take it.
pub fn raw(value: &Unknown<'_>) -> sys::napi_value {
    value.raw()
}

/// A string from UTF-8; what is not UTF-8 becomes U+FFFD.
pub fn text<'env>(env: &'env Env, bytes: &[u8]) -> Result<Unknown<'env>> {
    let mut value = null_mut();
    let length = isize::try_from(bytes.len()).unwrap_or(0);
    // SAFETY: the bytes have the length that is passed.
    check(unsafe { sys::napi_create_string_utf8(env.raw(), bytes.as_ptr().cast(), length, &raw mut value) })?;
    Ok(known(env, value))
}

/// A `Uint8Array` on an `ArrayBuffer` of its own, holding a copy of the bytes.
pub fn bytes<'env>(env: &'env Env, bytes: &[u8]) -> Result<Unknown<'env>> {
    let (mut data, mut buffer) = (null_mut(), null_mut());
    // SAFETY: both results have room.
    check(unsafe { sys::napi_create_arraybuffer(env.raw(), bytes.len(), &raw mut data, &raw mut buffer) })?;
    if !bytes.is_empty() {
        // SAFETY: V8 made the memory with this length just now, and nobody else has seen it.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), data.cast::<u8>(), bytes.len()) };
    }
    let mut array = null_mut();
    // SAFETY: the buffer has this length.
    check(unsafe {
        sys::napi_create_typedarray(env.raw(), sys::TypedarrayType::uint8_array, bytes.len(), buffer, 0, &raw mut array)
    })?;
    Ok(known(env, array))
}

/// The loop of the environment that called.
pub fn event_loop(env: &Env) -> Result<Loop> {
    let mut event_loop = null_mut();
    // SAFETY: the result has room.
    check(unsafe { sys::napi_get_uv_event_loop(env.raw(), &raw mut event_loop) })?;
    Loop::new(event_loop.cast()).ok_or_else(|| Error::new(Status::GenericFailure, "this environment has no event loop"))
}

/// A connection as one number: 21 bits of slot, 32 bits of generation.
#[allow(clippy::cast_precision_loss, reason = "53 bits, which a double holds exactly")]
pub fn connection_number(id: ConnectionId) -> f64 {
    ((u64::from(id.slot) << 32) | u64::from(id.generation)) as f64
}

/// The connection behind such a number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number was made above")]
pub fn connection_id(number: f64) -> ConnectionId {
    let number = number as u64;
    ConnectionId { slot: (number >> 32) as u32, generation: number as u32 }
}

/// The bytes of a view, to be copied before JavaScript runs again.
pub fn view_bytes(view: &super::node_api::View) -> &[u8] {
    // SAFETY: the callers copy the bytes within the call of JavaScript that led to them.
    unsafe { view.bytes() }
}

/// The first of some words and of some numbers, and what lies behind `at` in memory that is to be written to, all to be used
/// before JavaScript runs again; `None` where there are not so many, or one lies within another.
pub fn columns_and_room<'a>(
    words: &'a super::node_api::View,
    word_count: u32,
    numbers: &'a super::node_api::View,
    number_count: u32,
    into: &'a mut super::node_api::View,
    at: u32,
) -> Option<(&'a [u32], &'a [f64], &'a mut [u8])> {
    let address = |view: &super::node_api::View| view.data.addr();
    let is_apart = |view| address(view) + view.bytes <= address(into) || address(into) + into.bytes <= address(view);
    if !is_apart(words) || !is_apart(numbers) {
        return None;
    }
    // SAFETY: the caller reads within the call of JavaScript that led here, and writes to neither, nor to what overlaps.
    let words: &[u32] = unsafe { words.words() };
    // SAFETY: as above.
    let numbers = unsafe { numbers.doubles() };
    // SAFETY: JavaScript does not run, and the other two were found apart from this one.
    let room = unsafe { into.bytes_mut() };
    let room = room.get_mut(at as usize..).unwrap_or_default();
    Some((words.get(..word_count as usize)?, numbers.get(..number_count as usize)?, room))
}

/// Copies bytes into memory of JavaScript; `false` where there is no room for all of them.
pub fn put(bytes: &[u8], into: &super::node_api::View, at: u32) -> bool {
    let at = at as usize;
    // SAFETY: JavaScript does not run, and the bytes are memory of Rust; the slice ends with this function.
    let room = unsafe { into.bytes_mut() };
    let room = at.checked_add(bytes.len()).and_then(|end| room.get_mut(at..end));
    room.map(|room| room.copy_from_slice(bytes)).is_some()
}
