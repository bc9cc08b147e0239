//! The sockets of connections: reading into the engine, sending what it has to send, closing.

#![allow(unsafe_code, reason = "callbacks of libuv, and memory it lends or V8 owns")]

use std::cell::RefCell;
use std::ffi::{c_char, c_int, c_void};
use std::rc::Rc;

use nexure_core::engine::{ConnectionId, Reference};

use super::buffer::Buffer;
use super::handle::{self, Role};
use super::server::{Server, Socket};
use super::types::Handle;
use crate::guard::guard;

/// Bytes read at once. All servers of a thread share one buffer: libuv fills it and hands it over in one go.
const READ_BYTES: usize = 64 * 1024;
/// Bytes copied for a queued write; the rest stays where it is until these have left.
const QUEUED_WRITE_BYTES: usize = 64 * 1024;

thread_local! {
    static READ_BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into_boxed_slice());
}

/// Accepts a connection that waits on a listener. Where there is no place for it it stays with the system, and the
/// listener rests until there is.
pub fn accept(server: &Rc<Server>, listener: Handle, pipe: bool) {
    let (api, event_loop) = (server.api, server.event_loop);
    if !server.engine.borrow().has_connection_room() {
        server.rest_listener(listener);
        return;
    }
    let opened = if pipe {
        handle::open(server, api.sizes.pipe, Role::Stray, |handle| api.pipe_init(event_loop, handle, 0))
    } else {
        handle::open(server, api.sizes.tcp, Role::Stray, |handle| api.tcp_init(event_loop, handle))
    };
    let Ok(socket) = opened else {
        server.rest_listener(listener);
        return;
    };
    if api.accept(listener, socket).is_err() {
        handle::close(server, socket);
        return;
    }
    server.set_now();
    let opened = server.engine.borrow_mut().open();
    let Some(id) = opened else {
        handle::close(server, socket);
        return;
    };
    if !pipe {
        // An answer is written whole: waiting for more to send could only delay it.
        let _ = api.tcp_nodelay(socket, 1);
    }
    handle::set_role(server, socket, Role::Connection(id));
    {
        let mut sockets = server.sockets.borrow_mut();
        let slot = id.slot as usize;
        if sockets.len() <= slot {
            sockets.resize(slot + 1, None);
        }
        if let Some(place) = sockets.get_mut(slot) {
            *place = Some(Socket { handle: socket, pipe });
        }
    }
    // Its rows tell who it was, also when it has gone by then.
    let is_observed = server.engine.borrow().is_observed();
    if is_observed && let Some(address) = peer_address(server, id) {
        server.engine.borrow_mut().note_peer(id, &address);
    }
    if api.read_start(socket, on_alloc, on_read).is_err() {
        close(server, id);
    }
}

/// Only lends memory: libuv does not allow a handle to be closed here, so nothing else may happen.
unsafe extern "C" fn on_alloc(_: *mut c_void, _: usize, buffer: *mut Buffer) {
    let lent = guard(
        "alloc callback",
        || Buffer::new(std::ptr::null_mut(), 0),
        || {
            READ_BUFFER.with(|shared| match shared.try_borrow_mut() {
                Ok(mut bytes) => Buffer::new(bytes.as_mut_ptr().cast::<c_char>(), bytes.len()),
                Err(_) => Buffer::new(std::ptr::null_mut(), 0),
            })
        },
    );
    write_out(buffer, lent);
}

fn write_out(place: *mut Buffer, value: Buffer) {
    // SAFETY: libuv passes a valid place for the buffer.
    unsafe { place.write(value) };
}

unsafe extern "C" fn on_read(stream: *mut c_void, count: isize, _: *const Buffer) {
    let Some((server, Role::Connection(id), _)) = handle::owner(stream) else { return };
    guard(
        "read callback",
        || close(&server, id),
        || {
            if count == 0 {
                // EAGAIN: nothing was there after all.
                return;
            }
            server.set_now();
            match usize::try_from(count) {
                Ok(count) => READ_BUFFER.with(|shared| {
                    let bytes = shared.borrow();
                    let bytes = bytes.get(..count).unwrap_or_default();
                    server.with_batch(|engine, batch| engine.receive(id, bytes, batch));
                }),
                Err(_) if server.api.is_end(count) => server.engine.borrow_mut().end(id),
                Err(_) => {
                    close(&server, id);
                    return;
                }
            }
            settle(&server, id);
        },
    );
}

fn socket(server: &Server, id: ConnectionId) -> Option<Handle> {
    server.sockets.borrow().get(id.slot as usize).copied().flatten().map(|socket| socket.handle)
}

/// Sends what the connection has to send: one write for what there is, and a queued one when the socket is full.
pub fn send(server: &Rc<Server>, id: ConnectionId) {
    let Some(handle) = socket(server, id) else { return };
    loop {
        let reference = server.engine.borrow_mut().output(id).map(|next| next.reference);
        let Some(reference) = reference else { break };
        let body = match reference.map(|reference| referenced(server, reference)) {
            Some(None) => {
                // The body was detached or resized: the length that was promised can no longer be sent.
                close(server, id);
                return;
            }
            Some(Some(body)) => body,
            None => &[],
        };
        let mut engine = server.engine.borrow_mut();
        let Some(next) = engine.output(id) else { break };
        let total = next.bytes.len() + body.len();
        let buffers = [Buffer::reading(next.bytes), Buffer::reading(body)];
        let buffers =
            if body.is_empty() { buffers.get(..1) } else { buffers.get(usize::from(next.bytes.is_empty())..) };
        let Ok(sent) = server.api.try_write(handle, buffers.unwrap_or_default()) else {
            drop(engine);
            close(server, id);
            return;
        };
        if sent == total {
            engine.sent(id, sent);
            continue;
        }
        let rest = match next.bytes.get(sent..).filter(|rest| !rest.is_empty()) {
            Some(rest) => rest,
            None => body.get(sent.saturating_sub(next.bytes.len())..).unwrap_or_default(),
        };
        let copy = rest.get(..rest.len().min(QUEUED_WRITE_BYTES)).unwrap_or_default().to_vec();
        engine.sent(id, sent);
        engine.departed(id, copy.len());
        drop(engine);
        if queue(server, handle, id, copy).is_err() {
            close(server, id);
            return;
        }
        break;
    }
    if server.engine.borrow_mut().wants_quality(id)
        && let Some(quality) = quality_of(server, handle)
    {
        server.engine.borrow_mut().note_quality(id, quality);
    }
    settle(server, id);
}

/// What the system knows of the way to the peer.
fn quality_of(server: &Server, handle: Handle) -> Option<nexure_core::engine::Quality> {
    crate::system::quality(server.api.descriptor(handle)?)
}

/// The bytes of a body by reference, as they are now. Nothing runs JavaScript until they have been written or copied.
fn referenced(server: &Server, reference: Reference) -> Option<&'static [u8]> {
    let env = server.env()?;
    let view = env.scoped(|| server.bodies.borrow().view(env, reference.id))?;
    view_bytes(view).get(reference.at..reference.end)
}

fn view_bytes(view: crate::binding::node_api::View) -> &'static [u8] {
    // SAFETY: `send` uses the slice within one turn of its loop, in which no JavaScript runs, and keeps it no longer.
    unsafe { view.bytes() }
}

struct QueuedWrite {
    id: ConnectionId,
    bytes: Vec<u8>,
}

fn queue(server: &Rc<Server>, handle: Handle, id: ConnectionId, bytes: Vec<u8>) -> Result<(), ()> {
    handle::request(server, server.api.sizes.write, QueuedWrite { id, bytes }, |request, content| {
        server.api.write(request, handle, Buffer::reading(&content.bytes), on_written)
    })
    .map_err(|_| ())
}

unsafe extern "C" fn on_written(request: *mut c_void, status: c_int) {
    let Some((server, QueuedWrite { id, bytes })) = handle::finish::<QueuedWrite>(request) else { return };
    guard(
        "write callback",
        || close(&server, id),
        || {
            drop(bytes);
            if status < 0 {
                close(&server, id);
                return;
            }
            server.set_now();
            server.engine.borrow_mut().arrived(id);
            server.send_touched();
        },
    );
}

unsafe extern "C" fn on_shut_down(request: *mut c_void, _: c_int) {
    let Some((server, id)) = handle::finish::<ConnectionId>(request) else { return };
    // The engine was told when it began.
    guard("shutdown callback", || close(&server, id), || ());
}

/// Does what the engine wants of the socket: reading or not, shutting down, closing.
fn settle(server: &Rc<Server>, id: ConnectionId) {
    let interest = server.engine.borrow().interest(id);
    let (Some(interest), Some(handle)) = (interest, socket(server, id)) else { return };
    if interest.reset {
        reset(server, id);
        return;
    }
    if interest.close {
        close(server, id);
        return;
    }
    // Both calls do nothing when the stream is in that state already.
    let _ = if interest.read { server.api.read_start(handle, on_alloc, on_read) } else { server.api.read_stop(handle) };
    if interest.shutdown && server.engine.borrow_mut().take_shutdown(id) {
        let started = handle::request(server, server.api.sizes.shutdown, id, |request, _| {
            server.api.shutdown(request, handle, on_shut_down)
        });
        if started.is_err() {
            close(server, id);
        }
    }
}

/// Closes a connection; answers to it will be dropped.
pub fn close(server: &Rc<Server>, id: ConnectionId) {
    close_with(server, id, handle::close);
}

/// Closes a connection whose time is up. What it has not taken is dropped by the system too.
pub fn drop_late(server: &Rc<Server>, id: ConnectionId) {
    if server.engine.borrow().has_unsent(id) {
        reset(server, id);
    } else {
        close(server, id);
    }
}

/// Closes a connection with a reset, where its kind of socket has one.
fn reset(server: &Rc<Server>, id: ConnectionId) {
    let is_pipe = server.sockets.borrow().get(id.slot as usize).copied().flatten().is_none_or(|socket| socket.pipe);
    close_with(server, id, if is_pipe { handle::close } else { handle::close_reset });
}

fn close_with(server: &Rc<Server>, id: ConnectionId, close_handle: impl FnOnce(&Server, Handle)) {
    let Some(handle) = socket(server, id) else { return };
    if !matches!(handle::owner(handle.as_ptr()), Some((_, Role::Connection(owner), _)) if owner == id) {
        return;
    }
    if let Some(place) = server.sockets.borrow_mut().get_mut(id.slot as usize) {
        *place = None;
    }
    handle::set_role(server, handle, Role::Stray);
    close_handle(server, handle);
    server.engine.borrow_mut().close(id);
    server.release_bodies();
    server.wake_listeners();
    server.close_if_done();
}

/// The address of the peer of a TCP connection.
pub fn peer_address(server: &Server, id: ConnectionId) -> Option<String> {
    let Socket { handle, pipe } = server.sockets.borrow().get(id.slot as usize).copied().flatten()?;
    match handle::owner(handle.as_ptr()) {
        Some((_, Role::Connection(owner), _)) if owner == id && !pipe => {
            server.api.peer_address(handle).map(|(ip, _)| ip)
        }
        _ => None,
    }
}
