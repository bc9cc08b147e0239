//! The functions of libuv, looked up in the running process: nothing is linked, so that the addon also loads where
//! there is no libuv. Structures are opaque; their sizes and the numbers of their types are asked for.
//!
//! Each wrapper is one call. They are safe to call because a [`Handle`] or [`Request`] only comes from the allocators in
//! `handle.rs`, which free it in the close callback, and no code of ours keeps one beyond that.

#![allow(unsafe_code, reason = "foreign functions of libuv")]

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::sync::OnceLock;

use libloading::Library;

use super::buffer::{Buffer, SocketAddress};
use super::error::{MissingFunction, UvError, check};
use super::types::{AllocCallback, Handle, HandleCallback, Loop, ReadCallback, Request, StatusCallback};

macro_rules! functions {
    ($($name:ident($($argument:ty),*) $(-> $result:ty)?;)*) => {
        struct Functions { $($name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)* }

        impl Functions {
            fn load(library: &Library) -> Result<Self, MissingFunction> {
                Ok(Self { $($name: {
                    let name = concat!("uv_", stringify!($name));
                    // SAFETY: the signature is the one of libuv's uv.h, unchanged in all of libuv 1.x.
                    let symbol = unsafe { library.get(concat!("uv_", stringify!($name), "\0").as_bytes()) };
                    *symbol.map_err(|_| MissingFunction(name))?
                },)* })
            }
        }
    };
}

functions! {
    accept(*mut c_void, *mut c_void) -> c_int;
    check_init(*mut c_void, *mut c_void) -> c_int;
    check_start(*mut c_void, HandleCallback) -> c_int;
    close(*mut c_void, HandleCallback);
    fileno(*const c_void, *mut c_int) -> c_int;
    err_name_r(c_int, *mut c_char, usize) -> *mut c_char;
    handle_get_data(*const c_void) -> *mut c_void;
    handle_set_data(*mut c_void, *mut c_void);
    handle_size(c_uint) -> usize;
    guess_handle(c_int) -> c_uint;
    handle_type_name(c_uint) -> *const c_char;
    idle_init(*mut c_void, *mut c_void) -> c_int;
    idle_start(*mut c_void, HandleCallback) -> c_int;
    idle_stop(*mut c_void) -> c_int;
    ip4_addr(*const c_char, c_int, *mut SocketAddress) -> c_int;
    ip4_name(*const SocketAddress, *mut c_char, usize) -> c_int;
    ip6_addr(*const c_char, c_int, *mut SocketAddress) -> c_int;
    ip6_name(*const SocketAddress, *mut c_char, usize) -> c_int;
    is_closing(*const c_void) -> c_int;
    listen(*mut c_void, c_int, StatusCallback) -> c_int;
    now(*const c_void) -> u64;
    pipe_bind(*mut c_void, *const c_char) -> c_int;
    pipe_init(*mut c_void, *mut c_void, c_int) -> c_int;
    pipe_open(*mut c_void, c_int) -> c_int;
    prepare_init(*mut c_void, *mut c_void) -> c_int;
    prepare_start(*mut c_void, HandleCallback) -> c_int;
    read_start(*mut c_void, AllocCallback, ReadCallback) -> c_int;
    read_stop(*mut c_void) -> c_int;
    req_get_data(*const c_void) -> *mut c_void;
    req_set_data(*mut c_void, *mut c_void);
    req_size(c_uint) -> usize;
    req_type_name(c_uint) -> *const c_char;
    shutdown(*mut c_void, *mut c_void, StatusCallback) -> c_int;
    tcp_bind(*mut c_void, *const SocketAddress, c_uint) -> c_int;
    tcp_close_reset(*mut c_void, HandleCallback) -> c_int;
    tcp_getpeername(*const c_void, *mut SocketAddress, *mut c_int) -> c_int;
    tcp_getsockname(*const c_void, *mut SocketAddress, *mut c_int) -> c_int;
    tcp_init(*mut c_void, *mut c_void) -> c_int;
    tcp_nodelay(*mut c_void, c_int) -> c_int;
    tcp_open(*mut c_void, c_int) -> c_int;
    timer_init(*mut c_void, *mut c_void) -> c_int;
    timer_start(*mut c_void, HandleCallback, u64, u64) -> c_int;
    timer_stop(*mut c_void) -> c_int;
    try_write(*mut c_void, *const Buffer, c_uint) -> c_int;
    unref(*mut c_void);
    version() -> c_uint;
    write(*mut c_void, *mut c_void, *const Buffer, c_uint, StatusCallback) -> c_int;
}

/// The kinds of handles and requests we use, with the size libuv gives for each.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub check: usize,
    pub idle: usize,
    pub pipe: usize,
    pub prepare: usize,
    pub tcp: usize,
    pub timer: usize,
    pub write: usize,
    pub shutdown: usize,
}

/// libuv as this process has it.
pub struct Api {
    functions: Functions,
    /// Bytes of each structure.
    pub sizes: Sizes,
    /// `UV_EAGAIN` and `UV_EOF`, whose numbers differ between systems.
    again: c_int,
    end: c_int,
}

static API: OnceLock<Result<Api, MissingFunction>> = OnceLock::new();

impl Api {
    /// libuv, looked up once per process: the table of functions never changes and holds no state.
    pub fn get() -> Result<&'static Self, MissingFunction> {
        API.get_or_init(Self::load).as_ref().map_err(Clone::clone)
    }

    #[cfg(unix)]
    #[allow(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
    fn process() -> Result<Library, MissingFunction> {
        Ok(libloading::os::unix::Library::this().into())
    }

    #[cfg(windows)]
    fn process() -> Result<Library, MissingFunction> {
        libloading::os::windows::Library::this().map(Into::into).map_err(|_| MissingFunction("its own symbols"))
    }

    fn load() -> Result<Self, MissingFunction> {
        let library = Self::process()?;
        let functions = Functions::load(&library)?;
        let handle = |name: &'static str| find_type(name, functions.handle_type_name, functions.handle_size);
        let request = |name: &'static str| find_type(name, functions.req_type_name, functions.req_size);
        let sizes = Sizes {
            check: handle("check")?,
            idle: handle("idle")?,
            pipe: handle("pipe")?,
            prepare: handle("prepare")?,
            tcp: handle("tcp")?,
            timer: handle("timer")?,
            write: request("write")?,
            shutdown: request("shutdown")?,
        };
        // The handle of the process itself is never closed; dropping it would only release a count.
        std::mem::forget(library);
        let mut api = Self { functions, sizes, again: 0, end: 0 };
        // Every error of libuv is between -1 and -4096 (uv/errno.h).
        let number = |name: &str| (-4096..0).rev().find(|&status| api.error_name(UvError(status)) == name);
        let (again, end) = (number("EAGAIN"), number("EOF"));
        api.again = again.ok_or(MissingFunction("EAGAIN"))?;
        api.end = end.ok_or(MissingFunction("EOF"))?;
        Ok(api)
    }
}

/// Finds a type's number by its name and asks for its size; libuv has about twenty types, `NULL` ends the search.
fn find_type(
    name: &'static str,
    name_of: unsafe extern "C" fn(c_uint) -> *const c_char,
    size_of: unsafe extern "C" fn(c_uint) -> usize,
) -> Result<usize, MissingFunction> {
    for number in 1..64 {
        // SAFETY: any number may be asked for; unknown ones give NULL.
        let found = unsafe { name_of(number) };
        if found.is_null() {
            break;
        }
        // SAFETY: not NULL, so a static string of libuv.
        let found = unsafe { CStr::from_ptr(found) };
        if found.to_bytes() == name.as_bytes() {
            // SAFETY: the number is a type's, as it has a name.
            return Ok(unsafe { size_of(number) });
        }
    }
    Err(MissingFunction(name))
}

macro_rules! calls {
    ($($(#[$doc:meta])* $wrapper:ident => $name:ident($($argument:ident: $type:ty => $pass:expr),*);)*) => {
        impl Api {
            $($(#[$doc])*
            pub fn $wrapper(&self, $($argument: $type),*) -> Result<c_int, UvError> {
                // SAFETY: the handles are alive (see the module's opening) and the other arguments live through the call.
                check(unsafe { (self.functions.$name)($($pass),*) })
            })*
        }
    };
}

calls! {
    accept => accept(server: Handle => server.as_ptr(), client: Handle => client.as_ptr());
    check_init => check_init(event_loop: Loop => event_loop.as_ptr(), handle: Handle => handle.as_ptr());
    check_start => check_start(handle: Handle => handle.as_ptr(), callback: HandleCallback => callback);
    idle_init => idle_init(event_loop: Loop => event_loop.as_ptr(), handle: Handle => handle.as_ptr());
    idle_start => idle_start(handle: Handle => handle.as_ptr(), callback: HandleCallback => callback);
    idle_stop => idle_stop(handle: Handle => handle.as_ptr());
    listen => listen(handle: Handle => handle.as_ptr(), backlog: c_int => backlog, callback: StatusCallback => callback);
    pipe_init => pipe_init(event_loop: Loop => event_loop.as_ptr(), handle: Handle => handle.as_ptr(), ipc: c_int => ipc);
    pipe_open => pipe_open(handle: Handle => handle.as_ptr(), descriptor: c_int => descriptor);
    prepare_init => prepare_init(event_loop: Loop => event_loop.as_ptr(), handle: Handle => handle.as_ptr());
    prepare_start => prepare_start(handle: Handle => handle.as_ptr(), callback: HandleCallback => callback);
    read_start => read_start(handle: Handle => handle.as_ptr(), alloc: AllocCallback => alloc, read: ReadCallback => read);
    read_stop => read_stop(handle: Handle => handle.as_ptr());
    shutdown => shutdown(request: Request => request.as_ptr(), handle: Handle => handle.as_ptr(), callback: StatusCallback => callback);
    tcp_bind => tcp_bind(handle: Handle => handle.as_ptr(), address: &SocketAddress => address, flags: c_uint => flags);
    tcp_init => tcp_init(event_loop: Loop => event_loop.as_ptr(), handle: Handle => handle.as_ptr());
    tcp_nodelay => tcp_nodelay(handle: Handle => handle.as_ptr(), enable: c_int => enable);
    tcp_open => tcp_open(handle: Handle => handle.as_ptr(), descriptor: c_int => descriptor);
    timer_init => timer_init(event_loop: Loop => event_loop.as_ptr(), handle: Handle => handle.as_ptr());
    timer_start => timer_start(handle: Handle => handle.as_ptr(), callback: HandleCallback => callback, timeout_ms: u64 => timeout_ms, repeat_ms: u64 => repeat_ms);
    timer_stop => timer_stop(handle: Handle => handle.as_ptr());
}

impl Api {
    /// Closes a handle; `callback` runs in a later phase of the loop and frees it.
    pub fn close(&self, handle: Handle, callback: HandleCallback) {
        // SAFETY: the handle is alive and is closed once: its owner forgets it here.
        unsafe { (self.functions.close)(handle.as_ptr(), callback) }
    }

    /// Closes a TCP handle with a reset, so that the system keeps nothing of it; fails when it is being shut down.
    pub fn close_reset(&self, handle: Handle, callback: HandleCallback) -> Result<c_int, UvError> {
        // SAFETY: the handle is alive and is closed once: its owner forgets it here, or closes it otherwise on failure.
        check(unsafe { (self.functions.tcp_close_reset)(handle.as_ptr(), callback) })
    }

    /// The descriptor of a socket; `None` where a socket is none.
    #[cfg(unix)]
    pub fn descriptor(&self, handle: Handle) -> Option<c_int> {
        let mut descriptor: c_int = -1;
        // SAFETY: the handle is alive and the result has room.
        check(unsafe { (self.functions.fileno)(handle.as_ptr(), &raw mut descriptor) }).ok()?;
        Some(descriptor)
    }

    /// The descriptor of a socket; `None` where a socket is none.
    #[cfg(not(unix))]
    pub fn descriptor(&self, _: Handle) -> Option<c_int> {
        let _ = self.functions.fileno;
        None
    }

    pub fn is_closing(&self, handle: Handle) -> bool {
        // SAFETY: the handle is alive.
        unsafe { (self.functions.is_closing)(handle.as_ptr()) != 0 }
    }

    /// Lets the loop end while this handle is active.
    pub fn unref(&self, handle: Handle) {
        // SAFETY: the handle is alive.
        unsafe { (self.functions.unref)(handle.as_ptr()) }
    }

    pub fn handle_data(&self, handle: Handle) -> *mut c_void {
        // SAFETY: the handle is alive.
        unsafe { (self.functions.handle_get_data)(handle.as_ptr()) }
    }

    pub fn set_handle_data(&self, handle: Handle, data: *mut c_void) {
        // SAFETY: the handle is alive.
        unsafe { (self.functions.handle_set_data)(handle.as_ptr(), data) }
    }

    pub fn request_data(&self, request: Request) -> *mut c_void {
        // SAFETY: the request is alive until its callback has run.
        unsafe { (self.functions.req_get_data)(request.as_ptr()) }
    }

    pub fn set_request_data(&self, request: Request, data: *mut c_void) {
        // SAFETY: the request is alive.
        unsafe { (self.functions.req_set_data)(request.as_ptr(), data) }
    }

    /// What an inherited descriptor is: `tcp`, `pipe`, `file`, ...
    pub fn descriptor_kind(&self, descriptor: c_int) -> String {
        // SAFETY: any number may be asked for.
        let kind = unsafe { (self.functions.guess_handle)(descriptor) };
        // SAFETY: any number may be asked for; unknown ones give NULL.
        let name = unsafe { (self.functions.handle_type_name)(kind) };
        if name.is_null() {
            return String::new();
        }
        // SAFETY: not NULL, so a static string of libuv.
        unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
    }

    /// The loop's time in milliseconds, as of the beginning of this phase.
    pub fn now(&self, event_loop: Loop) -> u64 {
        // SAFETY: the loop outlives the environment that gave it.
        unsafe { (self.functions.now)(event_loop.as_ptr()) }
    }

    /// Writes what the kernel takes at once; `Ok(0)` when it takes nothing now.
    pub fn try_write(&self, handle: Handle, buffers: &[Buffer]) -> Result<usize, UvError> {
        let count = c_uint::try_from(buffers.len()).unwrap_or(0);
        // SAFETY: the handle is alive and the buffers outlive this synchronous call.
        let written = unsafe { (self.functions.try_write)(handle.as_ptr(), buffers.as_ptr(), count) };
        match usize::try_from(written) {
            Ok(written) => Ok(written),
            Err(_) if written == self.again => Ok(0),
            Err(_) => Err(UvError(written)),
        }
    }

    /// Queues a write; the caller keeps `buffer`'s bytes until `callback` runs.
    pub fn write(
        &self,
        request: Request,
        handle: Handle,
        buffer: Buffer,
        callback: StatusCallback,
    ) -> Result<c_int, UvError> {
        // SAFETY: the handle is alive; libuv copies the `uv_buf_t` and the caller keeps the bytes it points to.
        check(unsafe { (self.functions.write)(request.as_ptr(), handle.as_ptr(), &raw const buffer, 1, callback) })
    }

    pub fn pipe_bind(&self, handle: Handle, path: &CString) -> Result<c_int, UvError> {
        // SAFETY: the handle is alive and the path is a C string that outlives the call.
        check(unsafe { (self.functions.pipe_bind)(handle.as_ptr(), path.as_ptr()) })
    }

    /// Parses an IPv4 or IPv6 address (with an optional `%scope`).
    pub fn parse_address(&self, ip: &CString, port: u16) -> Result<SocketAddress, UvError> {
        let mut address = SocketAddress([0; 128]);
        // SAFETY: a C string and room for any address.
        let v4 = unsafe { (self.functions.ip4_addr)(ip.as_ptr(), c_int::from(port), &raw mut address) };
        if v4 == 0 {
            return Ok(address);
        }
        // SAFETY: as above.
        check(unsafe { (self.functions.ip6_addr)(ip.as_ptr(), c_int::from(port), &raw mut address) })?;
        Ok(address)
    }

    /// The address a TCP handle is bound to, as text and port.
    pub fn local_address(&self, handle: Handle) -> Option<(String, u16)> {
        let mut address = SocketAddress([0; 128]);
        let mut length: c_int = 128;
        // SAFETY: the handle is alive and is a TCP handle; the address has the length that is passed.
        check(unsafe { (self.functions.tcp_getsockname)(handle.as_ptr(), &raw mut address, &raw mut length) }).ok()?;
        self.address_text(&address)
    }

    /// The address of the peer of a TCP handle.
    pub fn peer_address(&self, handle: Handle) -> Option<(String, u16)> {
        let mut address = SocketAddress([0; 128]);
        let mut length: c_int = 128;
        // SAFETY: the handle is alive and is a TCP handle; the address has the length that is passed.
        check(unsafe { (self.functions.tcp_getpeername)(handle.as_ptr(), &raw mut address, &raw mut length) }).ok()?;
        self.address_text(&address)
    }

    /// An IP address and port; `None` for the path of a Unix socket.
    fn address_text(&self, address: &SocketAddress) -> Option<(String, u16)> {
        let [_, _, high, low, ..] = address.0;
        let port = u16::from_be_bytes([high, low]);
        // The family's number differs between systems; addresses of our own making tell what theirs looks like.
        let is_like = |known: &CStr| {
            let known = self.parse_address(&known.to_owned(), 0);
            known.is_ok_and(|known| known.0.first_chunk::<2>() == address.0.first_chunk::<2>())
        };
        let v4 = is_like(c"127.0.0.1");
        if !v4 && !is_like(c"::1") {
            return None;
        }
        let mut text = [0_u8; 64];
        let name = if v4 { self.functions.ip4_name } else { self.functions.ip6_name };
        // SAFETY: the address is of the family that the function takes, and `text` has the length that is passed.
        let status = unsafe { name(address, text.as_mut_ptr().cast(), text.len()) };
        let text = if status == 0 { text_until_nul(&text) } else { String::new() };
        Some((text, port))
    }

    /// Whether a failed read is the peer's end, not an error.
    pub fn is_end(&self, status: isize) -> bool {
        c_int::try_from(status) == Ok(self.end)
    }

    /// The name of an error, such as `EADDRINUSE`.
    pub fn error_name(&self, error: UvError) -> String {
        let mut text = [0_u8; 64];
        // SAFETY: `text` has the length that is passed.
        unsafe { (self.functions.err_name_r)(error.0, text.as_mut_ptr().cast(), text.len()) };
        text_until_nul(&text)
    }

    /// libuv's version: major, minor and patch in one byte each.
    pub fn version(&self) -> u32 {
        // SAFETY: takes nothing and reads a constant.
        unsafe { (self.functions.version)() }
    }
}

fn text_until_nul(bytes: &[u8]) -> String {
    CStr::from_bytes_until_nul(bytes).map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
}
