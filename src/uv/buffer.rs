//! The two structures of libuv whose fields are ours to fill: buffers and addresses.

use std::ffi::c_char;

/// `uv_buf_t`.
#[cfg(not(windows))]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Buffer {
    pub base: *mut c_char,
    pub len: usize,
}

/// `uv_buf_t`.
#[cfg(windows)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Buffer {
    pub len: u32,
    pub base: *mut c_char,
}

impl Buffer {
    /// A buffer that libuv only reads from.
    pub fn reading(bytes: &[u8]) -> Self {
        Self::new(bytes.as_ptr().cast_mut().cast(), bytes.len())
    }

    #[cfg(not(windows))]
    pub fn new(base: *mut c_char, len: usize) -> Self {
        Self { base, len }
    }

    #[cfg(windows)]
    pub fn new(base: *mut c_char, len: usize) -> Self {
        Self { len: u32::try_from(len).unwrap_or(u32::MAX), base }
    }
}

/// Room for any `sockaddr`.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub struct SocketAddress(pub [u8; 128]);
