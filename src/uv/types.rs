//! libuv's own types, opaque, and its callbacks.

use std::ffi::{c_int, c_void};
use std::ptr::NonNull;

use super::buffer::Buffer;

/// `uv_loop_t`.
pub type Loop = NonNull<c_void>;
/// Any `uv_handle_t`.
pub type Handle = NonNull<c_void>;
/// Any `uv_req_t`.
pub type Request = NonNull<c_void>;

pub type HandleCallback = unsafe extern "C" fn(*mut c_void);
pub type AllocCallback = unsafe extern "C" fn(*mut c_void, usize, *mut Buffer);
pub type ReadCallback = unsafe extern "C" fn(*mut c_void, isize, *const Buffer);
pub type StatusCallback = unsafe extern "C" fn(*mut c_void, c_int);
