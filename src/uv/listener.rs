//! Listening sockets: TCP on an address, a Unix socket (or Windows pipe) on a path, or a descriptor that was inherited.

#![allow(unsafe_code, reason = "callbacks of libuv")]

use std::ffi::{CString, c_int, c_void};
use std::rc::Rc;

use super::connection;
use super::error::UvError;
use super::handle::{self, Role};
use super::hooks::Hooks;
use super::server::Server;
use super::types::Handle;
use crate::guard::guard;

/// Where to listen.
#[derive(Clone, Debug)]
pub enum Place {
    /// An IP address and port; port 0 lets the system choose.
    Tcp {
        /// IPv4 or IPv6, as text.
        ip: String,
        /// The port.
        port: u16,
        /// Whether an IPv6 socket refuses IPv4 clients.
        ipv6_only: bool,
        /// Whether other processes or threads may listen on the same port, the kernel sharing out connections.
        reuse_port: bool,
    },
    /// The path of a socket.
    Path(String),
    /// A descriptor, listening or bound.
    Descriptor(i32),
}

/// `UV_TCP_IPV6ONLY`.
const IPV6_ONLY: u32 = 1;

/// Begins to listen; an error is libuv's or the system's name for it, such as `EADDRINUSE`.
pub fn listen(server: &Rc<Server>, place: &Place, backlog: i32) -> Result<Handle, String> {
    let name = |error: Option<UvError>| error.map_or("ENOMEM".to_owned(), |error| server.api.error_name(error));
    if server.hooks.get().is_none() {
        match Hooks::start(server) {
            Ok(hooks) => server.hooks.set(Some(hooks)),
            Err(error) => {
                server.release_unused();
                return Err(name(error));
            }
        }
    }
    let result = bind(server, place).and_then(|handle| match server.api.listen(handle, backlog, on_connection) {
        Ok(_) => Ok(handle),
        Err(error) => {
            handle::close(server, handle);
            Err(server.api.error_name(error))
        }
    });
    match result {
        Ok(handle) => {
            server.listeners.borrow_mut().push(handle);
            Ok(handle)
        }
        Err(error) => {
            // A server that listens nowhere keeps nothing.
            if server.listeners.borrow().is_empty() {
                server.destroy();
            }
            Err(error)
        }
    }
}

fn bind(server: &Rc<Server>, place: &Place) -> Result<Handle, String> {
    let api = server.api;
    let name = |error: Option<UvError>| error.map_or("ENOMEM".to_owned(), |error| api.error_name(error));
    let tcp = || {
        handle::open(server, api.sizes.tcp, Role::Listener { pipe: false }, |handle| {
            api.tcp_init(server.event_loop, handle)
        })
        .map_err(name)
    };
    let pipe = || {
        handle::open(server, api.sizes.pipe, Role::Listener { pipe: true }, |handle| {
            api.pipe_init(server.event_loop, handle, 0)
        })
        .map_err(name)
    };
    let (handle, bound) = match place {
        Place::Tcp { ip, port, ipv6_only, reuse_port: false } => {
            let ip = CString::new(ip.as_str()).map_err(|_| "EINVAL".to_owned())?;
            let address = api.parse_address(&ip, *port).map_err(|error| api.error_name(error))?;
            let handle = tcp()?;
            (handle, api.tcp_bind(handle, &address, if *ipv6_only { IPV6_ONLY } else { 0 }))
        }
        Place::Tcp { ip, port, ipv6_only, reuse_port: true } => {
            let socket = reuse_port_socket(ip, *port, *ipv6_only)?;
            let handle = tcp()?;
            let opened = api.tcp_open(handle, descriptor_of(&socket));
            if opened.is_ok() {
                // The handle owns the descriptor now.
                std::mem::forget(socket);
            }
            (handle, opened)
        }
        Place::Path(path) => {
            let path = CString::new(path.as_str()).map_err(|_| "EINVAL".to_owned())?;
            let handle = pipe()?;
            (handle, api.pipe_bind(handle, &path))
        }
        // Sockets are no descriptors there.
        Place::Descriptor(_) if cfg!(windows) => return Err("ENOTSUP".to_owned()),
        Place::Descriptor(descriptor) => match api.descriptor_kind(*descriptor).as_str() {
            "tcp" => {
                let handle = tcp()?;
                (handle, api.tcp_open(handle, *descriptor))
            }
            "pipe" => {
                let handle = pipe()?;
                (handle, api.pipe_open(handle, *descriptor))
            }
            _ => return Err("ENOTSOCK".to_owned()),
        },
    };
    bound.map_err(|error| {
        handle::close(server, handle);
        api.error_name(error)
    })?;
    Ok(handle)
}

/// A bound socket with `SO_REUSEPORT`, which older libuv versions cannot ask for.
#[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos"))))]
fn reuse_port_socket(ip: &str, port: u16, ipv6_only: bool) -> Result<socket2::Socket, String> {
    use socket2::{Domain, Protocol, SockAddr, Socket, Type};
    use std::net::{IpAddr, SocketAddr};

    let ip: IpAddr = ip.parse().map_err(|_| "EINVAL".to_owned())?;
    let address = SocketAddr::new(ip, port);
    let make = || {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_reuse_address(true)?;
        socket.set_reuse_port(true)?;
        if address.is_ipv6() {
            socket.set_only_v6(ipv6_only)?;
        }
        socket.bind(&SockAddr::from(address))?;
        Ok(socket)
    };
    make().map_err(|error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AddrInUse => "EADDRINUSE".to_owned(),
        std::io::ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL".to_owned(),
        std::io::ErrorKind::PermissionDenied => "EACCES".to_owned(),
        std::io::ErrorKind::InvalidInput => "EINVAL".to_owned(),
        _ => "EIO".to_owned(),
    })
}

#[cfg(not(all(unix, not(any(target_os = "solaris", target_os = "illumos")))))]
fn reuse_port_socket(_: &str, _: u16, _: bool) -> Result<socket2::Socket, String> {
    Err("ENOTSUP".to_owned())
}

#[cfg(unix)]
fn descriptor_of(socket: &socket2::Socket) -> c_int {
    use std::os::fd::AsRawFd as _;
    socket.as_raw_fd()
}

/// Never reached: no such socket is made there.
#[cfg(not(unix))]
fn descriptor_of(_: &socket2::Socket) -> c_int {
    -1
}

unsafe extern "C" fn on_connection(listener: *mut c_void, status: c_int) {
    let Some((server, Role::Listener { pipe }, handle)) = handle::owner(listener) else { return };
    guard(
        "connection callback",
        // A connection that is not accepted keeps libuv from looking for others.
        || server.rest_listener(handle),
        || {
            if status >= 0 {
                connection::accept(&server, handle, pipe);
            }
        },
    );
}

/// The address and port of a TCP listener.
pub fn local_address(server: &Server, listener: Handle) -> Option<(String, u16)> {
    match handle::owner(listener.as_ptr()) {
        Some((_, Role::Listener { pipe: false }, _)) => server.api.local_address(listener),
        _ => None,
    }
}
