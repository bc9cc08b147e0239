//! Memory of libuv's handles and requests: made with the size libuv gives, freed when libuv is done with them.
//!
//! Every handle carries an [`Owner`]: a count of the server it belongs to and its role. The close callback is the only
//! place where a handle and its owner are freed, and it touches nothing of JavaScript, which may be gone by then.

#![allow(unsafe_code, reason = "memory whose owner is libuv between a call and its callback")]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ffi::c_void;
use std::ptr::NonNull;
use std::rc::Rc;

use nexure_core::engine::ConnectionId;

use super::server::Server;
use super::types::{Handle, Request};
use crate::guard::guard;

/// What a handle is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The hooks and the timer.
    Hook,
    /// A listening socket; whether its connections are pipes.
    Listener { pipe: bool },
    /// A connection.
    Connection(ConnectionId),
    /// A socket that has no place in the engine (refused, or failed while it was set up).
    Stray,
}

/// What a handle's data points to.
pub struct Owner {
    pub server: Rc<Server>,
    pub role: Role,
    layout: Layout,
}

/// Room for a structure of libuv: 16 suits every type on every platform.
fn layout(size: usize) -> Layout {
    Layout::from_size_align(size.max(16), 16).unwrap_or(Layout::new::<[u128; 64]>())
}

/// Makes a handle with `init`; if that fails the memory is freed and nothing is left behind.
pub fn open<E>(
    server: &Rc<Server>,
    size: usize,
    role: Role,
    init: impl FnOnce(Handle) -> Result<i32, E>,
) -> Result<Handle, Option<E>> {
    let layout = layout(size);
    // SAFETY: the layout has a size above zero.
    let memory = unsafe { alloc_zeroed(layout) };
    let handle = NonNull::new(memory.cast::<c_void>()).ok_or(None)?;
    if let Err(error) = init(handle) {
        // SAFETY: made above with this layout, and libuv did not take it.
        unsafe { dealloc(memory, layout) };
        return Err(Some(error));
    }
    let owner = Box::new(Owner { server: Rc::clone(server), role, layout });
    server.api.set_handle_data(handle, Box::into_raw(owner).cast());
    let _ = server.count_handle(1);
    Ok(handle)
}

/// Changes what a handle is for.
pub fn set_role(server: &Server, handle: Handle, role: Role) {
    let owner = server.api.handle_data(handle).cast::<Owner>();
    // SAFETY: every open handle has an owner, and nobody else looks at it during this statement.
    if let Some(owner) = unsafe { owner.as_mut() } {
        owner.role = role;
    }
}

/// The server and role behind a handle in one of its callbacks.
pub fn owner(handle: *mut c_void) -> Option<(Rc<Server>, Role, Handle)> {
    let handle = NonNull::new(handle)?;
    let api = super::api::Api::get().ok()?;
    let owner = api.handle_data(handle).cast::<Owner>();
    // SAFETY: every open handle has an owner until its close callback.
    let owner = unsafe { owner.as_ref() }?;
    Some((Rc::clone(&owner.server), owner.role, handle))
}

/// Closes a handle, once.
pub fn close(server: &Server, handle: Handle) {
    if !server.api.is_closing(handle) {
        server.api.close(handle, on_closed);
    }
}

/// Closes a TCP handle with a reset where that is possible, once.
pub fn close_reset(server: &Server, handle: Handle) {
    if !server.api.is_closing(handle) && server.api.close_reset(handle, on_closed).is_err() {
        server.api.close(handle, on_closed);
    }
}

unsafe extern "C" fn on_closed(handle: *mut c_void) {
    let Some(pointer) = NonNull::new(handle) else { return };
    let Ok(api) = super::api::Api::get() else { return };
    let owner = api.handle_data(pointer).cast::<Owner>();
    // SAFETY: made by `Box::into_raw` in `open`, and taken back only here, once.
    let owner = unsafe { Box::from_raw(owner) };
    // SAFETY: libuv is done with the handle; it was made with this layout.
    unsafe { dealloc(handle.cast(), owner.layout) };
    let is_last = owner.server.count_handle(-1);
    guard(
        "close callback",
        || (),
        || {
            if is_last {
                owner.server.on_all_closed();
            }
        },
    );
}

/// A request of libuv with what it needs until its callback.
struct Pending<T> {
    layout: Layout,
    server: Rc<Server>,
    content: T,
}

/// Makes a request that carries `content` and starts it with `start`; on failure everything is freed again.
pub fn request<T, E>(
    server: &Rc<Server>,
    size: usize,
    content: T,
    start: impl FnOnce(Request, &T) -> Result<i32, E>,
) -> Result<(), Option<E>> {
    let layout = layout(size);
    // SAFETY: the layout has a size above zero.
    let memory = unsafe { alloc_zeroed(layout) };
    let request = NonNull::new(memory.cast::<c_void>()).ok_or(None)?;
    let pending = Box::into_raw(Box::new(Pending { layout, server: Rc::clone(server), content }));
    server.api.set_request_data(request, pending.cast());
    // SAFETY: made just now; libuv has not seen the request yet.
    let content = unsafe { &(*pending).content };
    let started = start(request, content);
    if started.is_err() {
        drop(finish::<T>(request.as_ptr()));
    }
    started.map(|_| ()).map_err(Some)
}

/// Takes a request back in its callback, and frees it. `T` is the type it was made with.
pub fn finish<T>(request: *mut c_void) -> Option<(Rc<Server>, T)> {
    let pointer = NonNull::new(request)?;
    let api = super::api::Api::get().ok()?;
    let pending = api.request_data(pointer).cast::<Pending<T>>();
    // SAFETY: made by `Box::into_raw` in `request` with the same type, and taken back once, in its only callback.
    let pending = unsafe { Box::from_raw(pending) };
    // SAFETY: libuv is done with the request; it was made with this layout.
    unsafe { dealloc(request.cast(), pending.layout) };
    Some((pending.server, pending.content))
}
