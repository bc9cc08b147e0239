//! The JavaScript half of a server in the loop: its functions, its tables, the context they run in.
//!
//! Everything is held by references from the moment the server listens until its last handle is closed, and not longer:
//! a server that was stopped, or never started, is garbage like any other object.

#![allow(unsafe_code, reason = "cleanup hooks of Node-API")]

use std::cell::{Cell, RefCell};
use std::ffi::{CString, c_void};
use std::ptr::null_mut;
use std::rc::Rc;

use napi::sys;

use super::node_api::{AsyncContext, Env, Failed, Reference, Value};
use super::tables::Tables;
use crate::guard::guard;
use crate::uv::Server;

/// The JavaScript half.
pub struct Callbacks {
    env: Env,
    tables: Tables,
    held: RefCell<Option<Held>>,
    cleanup: Cell<Option<(sys::napi_async_cleanup_hook_handle, *const Server)>>,
}

struct Held {
    context: AsyncContext,
    resource: Reference,
    batch: Reference,
    settle: Reference,
    closed: Reference,
    references: Reference,
    /// Keeps the memory behind `tables`.
    memory: [Reference; 4],
}

fn property(env: Env, object: Value, name: &str) -> Result<Value, Failed> {
    let name = CString::new(name).map_err(|_| Failed)?;
    let mut value = null_mut();
    // SAFETY: the object is a value of this environment and the name a C string.
    let status = unsafe { sys::napi_get_named_property(env.0, object, name.as_ptr(), &raw mut value) };
    if status == sys::Status::napi_ok { Ok(value) } else { Err(Failed) }
}

impl Callbacks {
    /// Takes the half apart: `{ resource, batch, settle, closed, references, requests, answers, answerBytes, control }`.
    pub fn of(env: Env, half: Value) -> Result<Self, Failed> {
        let get = |name| property(env, half, name);
        let memory = [get("requests")?, get("answers")?, get("answerBytes")?, get("control")?];
        let [requests, answers, answer_bytes, control] = memory;
        let tables = Tables::of(env, requests, answers, answer_bytes, control)?;
        let keep = |value| env.reference(value);
        let resource = get("resource")?;
        Ok(Self {
            env,
            tables,
            held: RefCell::new(Some(Held {
                context: env.begin_async(resource, "NEXURE_SERVER")?,
                resource: keep(resource)?,
                batch: keep(get("batch")?)?,
                settle: keep(get("settle")?)?,
                closed: keep(get("closed")?)?,
                references: keep(get("references")?)?,
                memory: [keep(requests)?, keep(answers)?, keep(answer_bytes)?, keep(control)?],
            })),
            cleanup: Cell::new(None),
        })
    }

    pub fn env(&self) -> Env {
        self.env
    }

    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The values of a function and its receiver; the borrow ends before JavaScript is entered.
    fn prepared(&self, function: impl FnOnce(&Held) -> &Reference) -> Result<(Value, Value, AsyncContext), Failed> {
        let held = self.held.borrow();
        let held = held.as_ref().ok_or(Failed)?;
        Ok((self.env.value(&held.resource)?, self.env.value(function(held))?, held.context.share()))
    }

    /// Enters JavaScript with the records from `at` to `end`; returns how far it came. Microtasks have run then.
    pub fn enter_batch(&self, at: usize, end: usize) -> Result<usize, Failed> {
        let (receiver, function, context) = self.prepared(|held| &held.batch)?;
        let word = |at: usize| self.env.number(u32::try_from(at).map_err(|_| Failed)?);
        let arguments = [word(at)?, word(end)?];
        let taken = self.env.enter(&context, receiver, function, &arguments)?;
        Ok(self.env.to_u32(taken)? as usize)
    }

    /// Ends a batch on the JavaScript side: requests still pending are copied out of the arena, and the text of all
    /// answers is returned.
    pub fn settle(&self) -> Result<Value, Failed> {
        let (receiver, function, _) = self.prepared(|held| &held.settle)?;
        self.env.call(receiver, function)
    }

    /// The list of bodies by reference.
    pub fn references(&self) -> Result<Value, Failed> {
        let held = self.held.borrow();
        self.env.value(&held.as_ref().ok_or(Failed)?.references)
    }

    /// Has every handle closed when the environment ends, before it frees the loop.
    pub fn register_cleanup(&self, server: &Rc<Server>) -> Result<(), Failed> {
        let pointer = Rc::into_raw(Rc::clone(server));
        let mut hook = null_mut();
        // SAFETY: the pointer stays valid until the hook is removed, which gives the count back.
        let status = unsafe {
            sys::napi_add_async_cleanup_hook(self.env.0, Some(on_cleanup), pointer.cast_mut().cast(), &raw mut hook)
        };
        if status == sys::Status::napi_ok {
            self.cleanup.set(Some((hook, pointer)));
            return Ok(());
        }
        // SAFETY: made just above; nobody else took it.
        drop(unsafe { Rc::from_raw(pointer) });
        Err(Failed)
    }

    /// The last handle is closed: tells JavaScript and lets go of everything.
    pub fn closed(&self) {
        let env = self.env;
        env.scoped(|| {
            if let Ok((receiver, function, context)) = self.prepared(|held| &held.closed)
                && env.enter(&context, receiver, function, &[]).is_err()
            {
                env.report_exception();
            }
            let held = self.held.borrow_mut().take();
            if let Some(held) = held {
                env.end_async(held.context);
                for reference in [held.resource, held.batch, held.settle, held.closed, held.references] {
                    env.delete(reference);
                }
                for reference in held.memory {
                    env.delete(reference);
                }
            }
        });
        if let Some((hook, pointer)) = self.cleanup.take() {
            remove_cleanup(hook, pointer);
        }
    }

    /// The environment ends and takes the references with it; the hook is removed by what it calls.
    pub fn forget(&self) {
        *self.held.borrow_mut() = None;
        self.cleanup.set(None);
    }
}

fn remove_cleanup(hook: sys::napi_async_cleanup_hook_handle, pointer: *const Server) {
    // SAFETY: the hook was added once and is removed once.
    unsafe { sys::napi_remove_async_cleanup_hook(hook) };
    // SAFETY: the count that `register_cleanup` took.
    drop(unsafe { Rc::from_raw(pointer) });
}

unsafe extern "C" fn on_cleanup(hook: sys::napi_async_cleanup_hook_handle, data: *mut c_void) {
    guard(
        "environment cleanup",
        || (),
        || {
            let pointer = data.cast::<Server>().cast_const();
            // SAFETY: `register_cleanup` made the pointer and its count is still there.
            unsafe { Rc::increment_strong_count(pointer) };
            // SAFETY: the count was taken just above.
            let server = unsafe { Rc::from_raw(pointer) };
            server.end_environment(Box::new(move || remove_cleanup(hook, pointer)));
        },
    );
}
