//! The hooks of a server in its loop: prepare and check around the poll phase, idle to keep it from waiting, a timer.

#![allow(unsafe_code, reason = "callbacks of libuv")]

use std::ffi::c_void;
use std::rc::Rc;

use super::api::Api;
use super::error::UvError;
use super::handle::{self, Role};
use super::server::Server;
use super::types::Handle;
use crate::guard::guard;

/// How often deadlines are looked at; they are kept in whole seconds.
const TIMER_MS: u64 = 1000;

/// The handles of the hooks.
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    prepare: Handle,
    check: Handle,
    idle: Handle,
    timer: Handle,
}

impl Hooks {
    /// Makes and starts the hooks. None of them keeps the loop alive.
    pub fn start(server: &Rc<Server>) -> Result<Self, Option<UvError>> {
        let (api, event_loop) = (server.api, server.event_loop);
        let mut made = Vec::new();
        let mut open = |size, init: &dyn Fn(Handle) -> Result<i32, UvError>| {
            let opened = handle::open(server, size, Role::Hook, init);
            if let Ok(handle) = opened {
                api.unref(handle);
                made.push(handle);
            }
            opened
        };
        let all = (|| {
            let prepare = open(api.sizes.prepare, &|handle| api.prepare_init(event_loop, handle))?;
            let check = open(api.sizes.check, &|handle| api.check_init(event_loop, handle))?;
            let idle = open(api.sizes.idle, &|handle| api.idle_init(event_loop, handle))?;
            let timer = open(api.sizes.timer, &|handle| api.timer_init(event_loop, handle))?;
            api.prepare_start(prepare, on_prepare).map_err(Some)?;
            api.check_start(check, on_check).map_err(Some)?;
            Ok(Self { prepare, check, idle, timer })
        })();
        if all.is_err() {
            for handle in made {
                handle::close(server, handle);
            }
        }
        all
    }

    pub fn set_idle(self, api: &Api, active: bool) {
        // Neither call fails for a handle that is open.
        let _ = if active { api.idle_start(self.idle, on_idle) } else { api.idle_stop(self.idle) };
    }

    pub fn set_timer(self, api: &Api, active: bool) {
        // Neither call fails for a handle that is open.
        let _ =
            if active { api.timer_start(self.timer, on_timer, TIMER_MS, TIMER_MS) } else { api.timer_stop(self.timer) };
    }

    pub fn close(self, server: &Server) {
        for handle in [self.prepare, self.check, self.idle, self.timer] {
            handle::close(server, handle);
        }
    }
}

unsafe extern "C" fn on_prepare(handle: *mut c_void) {
    guard(
        "prepare hook",
        || (),
        || {
            if let Some((server, _, _)) = handle::owner(handle) {
                server.before_poll();
            }
        },
    );
}

unsafe extern "C" fn on_check(handle: *mut c_void) {
    let Some((server, _, _)) = handle::owner(handle) else { return };
    guard("check hook", || server.after_panic(), || server.after_poll());
}

unsafe extern "C" fn on_idle(_: *mut c_void) {}

unsafe extern "C" fn on_timer(handle: *mut c_void) {
    guard(
        "timer",
        || (),
        || {
            if let Some((server, _, _)) = handle::owner(handle) {
                server.on_timer();
            }
        },
    );
}
