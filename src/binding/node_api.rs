//! The few calls of Node-API that the hot path needs, without the conversions of the general binding.
//!
//! A failed call gives [`Failed`]; whether JavaScript threw is then for the caller to ask.

#![allow(unsafe_code, reason = "foreign functions of Node-API")]

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use napi::sys;

/// The environment of one thread; valid until its cleanup hooks have run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Env(pub sys::napi_env);

/// A value, valid within the handle scope it was made in.
pub type Value = sys::napi_value;

/// A reference that keeps its value alive until it is deleted.
#[derive(Debug, PartialEq, Eq)]
pub struct Reference(sys::napi_ref);

/// The context that callbacks of one server run in (`AsyncResource`).
#[derive(Debug)]
pub struct AsyncContext(sys::napi_async_context);

/// A call of Node-API that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// What memory a typed array shows.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub data: *mut u8,
    pub bytes: usize,
}

impl AsyncContext {
    /// The same context, for a call during which its owner is not borrowed. It must not be ended.
    pub fn share(&self) -> Self {
        Self(self.0)
    }
}

fn check(status: sys::napi_status) -> Result<(), Failed> {
    if status == sys::Status::napi_ok { Ok(()) } else { Err(Failed) }
}

impl Env {
    /// Runs `act` in a handle scope of its own.
    pub fn scoped<R>(self, act: impl FnOnce() -> R) -> R {
        let mut scope = null_mut();
        // SAFETY: the environment is alive.
        let opened = check(unsafe { sys::napi_open_handle_scope(self.0, &raw mut scope) }).is_ok();
        let result = act();
        if opened {
            // SAFETY: opened above; values made in it are not used any more.
            unsafe { sys::napi_close_handle_scope(self.0, scope) };
        }
        result
    }

    pub fn reference(self, value: Value) -> Result<Reference, Failed> {
        let mut reference = null_mut();
        // SAFETY: the value is of this environment and its scope is open.
        check(unsafe { sys::napi_create_reference(self.0, value, 1, &raw mut reference) })?;
        Ok(Reference(reference))
    }

    pub fn value(self, reference: &Reference) -> Result<Value, Failed> {
        let mut value = null_mut();
        // SAFETY: the reference is of this environment and has not been deleted.
        check(unsafe { sys::napi_get_reference_value(self.0, reference.0, &raw mut value) })?;
        if value.is_null() { Err(Failed) } else { Ok(value) }
    }

    #[expect(clippy::needless_pass_by_value, reason = "a reference must not be used again")]
    pub fn delete(self, reference: Reference) {
        let Reference(raw) = reference;
        // SAFETY: references are deleted once, as they are consumed here.
        unsafe { sys::napi_delete_reference(self.0, raw) };
    }

    pub fn number(self, number: u32) -> Result<Value, Failed> {
        let mut value = null_mut();
        // SAFETY: the environment is alive.
        check(unsafe { sys::napi_create_uint32(self.0, number, &raw mut value) })?;
        Ok(value)
    }

    pub fn to_u32(self, value: Value) -> Result<u32, Failed> {
        let mut number = 0;
        // SAFETY: the value is of this environment.
        check(unsafe { sys::napi_get_value_uint32(self.0, value, &raw mut number) })?;
        Ok(number)
    }

    /// The context that `resource` is to be current in, from now until it is ended.
    pub fn begin_async(self, resource: Value, name: &str) -> Result<AsyncContext, Failed> {
        let mut name_value = null_mut();
        let length = isize::try_from(name.len()).map_err(|_| Failed)?;
        // SAFETY: the text has the length that is passed.
        check(unsafe { sys::napi_create_string_utf8(self.0, name.as_ptr().cast(), length, &raw mut name_value) })?;
        let mut context = null_mut();
        // SAFETY: both values are of this environment.
        check(unsafe { sys::napi_async_init(self.0, resource, name_value, &raw mut context) })?;
        Ok(AsyncContext(context))
    }

    #[expect(clippy::needless_pass_by_value, reason = "a context must not be used again")]
    pub fn end_async(self, context: AsyncContext) {
        let AsyncContext(raw) = context;
        // SAFETY: contexts are ended once, as they are consumed here.
        unsafe { sys::napi_async_destroy(self.0, raw) };
    }

    /// Enters JavaScript from the event loop; `nextTick` callbacks and microtasks have run when it returns.
    pub fn enter(
        self,
        context: &AsyncContext,
        receiver: Value,
        function: Value,
        arguments: &[Value],
    ) -> Result<Value, Failed> {
        let mut result = null_mut();
        // SAFETY: the values are of this environment, and nothing in Rust is borrowed while JavaScript runs.
        check(unsafe {
            sys::napi_make_callback(
                self.0,
                context.0,
                receiver,
                function,
                arguments.len(),
                if arguments.is_empty() { null() } else { arguments.as_ptr() },
                &raw mut result,
            )
        })?;
        Ok(result)
    }

    /// Calls a function that starts nothing asynchronous, with no ticks or microtasks behind it.
    pub fn call(self, receiver: Value, function: Value) -> Result<Value, Failed> {
        let mut result = null_mut();
        // SAFETY: the values are of this environment, and nothing in Rust is borrowed while JavaScript runs.
        check(unsafe { sys::napi_call_function(self.0, receiver, function, 0, null(), &raw mut result) })?;
        Ok(result)
    }

    /// Reports a pending exception as uncaught; `false` when there is none, as when the thread is being terminated.
    pub fn report_exception(self) -> bool {
        let mut pending = false;
        // SAFETY: the environment is alive.
        if unsafe { sys::napi_is_exception_pending(self.0, &raw mut pending) } != sys::Status::napi_ok || !pending {
            return false;
        }
        let mut exception = null_mut();
        // SAFETY: the environment is alive.
        if check(unsafe { sys::napi_get_and_clear_last_exception(self.0, &raw mut exception) }).is_err() {
            return false;
        }
        // SAFETY: the exception is a value of this environment.
        check(unsafe { sys::napi_fatal_exception(self.0, exception) }).is_ok()
    }

    /// Writes a string as UTF-8 into `buffer` (lone surrogates as U+FFFD); returns the bytes written. Room for three bytes
    /// per UTF-16 unit and one more is enough for any string.
    pub fn write_utf8(self, text: Value, buffer: &mut [u8]) -> Result<usize, Failed> {
        let mut written = 0;
        // SAFETY: the buffer has the length that is passed.
        check(unsafe {
            sys::napi_get_value_string_utf8(self.0, text, buffer.as_mut_ptr().cast(), buffer.len(), &raw mut written)
        })?;
        Ok(written)
    }

    /// Writes a string as UTF-16 into `buffer`, which needs room for one unit more; returns the units written.
    pub fn write_utf16(self, text: Value, buffer: &mut [u16]) -> Result<usize, Failed> {
        let mut written = 0;
        // SAFETY: the buffer has the length that is passed.
        check(unsafe {
            sys::napi_get_value_string_utf16(self.0, text, buffer.as_mut_ptr(), buffer.len(), &raw mut written)
        })?;
        Ok(written)
    }

    pub fn element(self, array: Value, index: u32) -> Result<Value, Failed> {
        let mut value = null_mut();
        // SAFETY: the array is a value of this environment.
        check(unsafe { sys::napi_get_element(self.0, array, index, &raw mut value) })?;
        Ok(value)
    }

    /// Empties an array. Nothing can be done if that fails, and nothing breaks: its elements live a little longer.
    pub fn clear_array(self, array: Value) {
        if let Ok(zero) = self.number(0) {
            // SAFETY: both values are of this environment; the name is a C string.
            unsafe { sys::napi_set_named_property(self.0, array, c"length".as_ptr(), zero) };
        }
    }

    /// A function that has a pointer, which `free` gets when the function is collected.
    pub fn function(
        self,
        name: &str,
        callback: unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value,
        data: *mut c_void,
        free: unsafe extern "C" fn(sys::napi_env, *mut c_void, *mut c_void),
    ) -> Result<Value, Failed> {
        let mut function = null_mut();
        let length = isize::try_from(name.len()).map_err(|_| Failed)?;
        // SAFETY: the text has the length that is passed, and the callback gets the pointer as it was given.
        check(unsafe {
            sys::napi_create_function(self.0, name.as_ptr().cast(), length, Some(callback), data, &raw mut function)
        })?;
        // SAFETY: the function was made above. Nobody wants a reference to it.
        check(unsafe { sys::napi_add_finalizer(self.0, function, data, Some(free), null_mut(), null_mut()) })?;
        Ok(function)
    }

    /// How many arguments a callback was given, the first of them (`undefined` for those that are missing), and the pointer of
    /// its function.
    pub fn arguments<const MOST: usize>(
        self,
        info: sys::napi_callback_info,
    ) -> Result<(usize, [Value; MOST], *mut c_void), Failed> {
        let (mut given, mut values, mut data) = (MOST, [null_mut(); MOST], null_mut());
        // SAFETY: there is room for as many values as are asked for; nobody asks for the receiver.
        check(unsafe {
            sys::napi_get_cb_info(self.0, info, &raw mut given, values.as_mut_ptr(), null_mut(), &raw mut data)
        })?;
        Ok((given, values, data))
    }

    /// The memory of a typed array; `Failed` when it is none. A detached one shows no bytes.
    pub fn view(self, array: Value) -> Result<View, Failed> {
        let (mut kind, mut length, mut data, mut offset) = (0, 0, null_mut(), 0);
        // SAFETY: all results have room; the array buffer itself is not asked for.
        check(unsafe {
            sys::napi_get_typedarray_info(
                self.0,
                array,
                &raw mut kind,
                &raw mut length,
                &raw mut data,
                null_mut(),
                &raw mut offset,
            )
        })?;
        let size = match kind {
            sys::TypedarrayType::int16_array | sys::TypedarrayType::uint16_array => 2,
            sys::TypedarrayType::int32_array
            | sys::TypedarrayType::uint32_array
            | sys::TypedarrayType::float32_array => 4,
            sys::TypedarrayType::float64_array
            | sys::TypedarrayType::bigint64_array
            | sys::TypedarrayType::biguint64_array => 8,
            _ => 1,
        };
        let bytes = if data.is_null() { 0 } else { length.saturating_mul(size) };
        Ok(View { data: data.cast(), bytes })
    }
}

impl View {
    /// The bytes of the view.
    ///
    /// # Safety
    /// JavaScript must not run, and no other slice of this memory may be made, while the slice lives.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.bytes == 0 {
            return &[];
        }
        // SAFETY: V8 gave the address and the length; the caller keeps JavaScript from changing either.
        unsafe { std::slice::from_raw_parts(self.data, self.bytes) }
    }

    /// The memory as doubles; empty if it is not aligned.
    ///
    /// # Safety
    /// JavaScript must not run, and nothing may write to this memory, while the slice lives.
    #[expect(clippy::cast_ptr_alignment, reason = "checked two lines above")]
    pub unsafe fn doubles<'a>(self) -> &'a [f64] {
        if self.bytes < 8 || self.data.align_offset(8) != 0 {
            return &[];
        }
        // SAFETY: V8 gave the address and the length, it is aligned, and the caller keeps others away.
        unsafe { std::slice::from_raw_parts(self.data.cast::<f64>(), self.bytes / 8) }
    }

    /// The memory to be written to.
    ///
    /// # Safety
    /// JavaScript must not run, and no other slice of this memory may be made, while the slice lives.
    pub unsafe fn bytes_mut<'a>(self) -> &'a mut [u8] {
        if self.bytes == 0 {
            return &mut [];
        }
        // SAFETY: V8 gave the address and the length; the caller keeps JavaScript and others away.
        unsafe { std::slice::from_raw_parts_mut(self.data, self.bytes) }
    }

    /// The memory as 32-bit words; empty if it is not aligned.
    ///
    /// # Safety
    /// JavaScript must not run, and no other slice of this memory may be made, while the slice lives.
    #[expect(clippy::cast_ptr_alignment, reason = "checked two lines above")]
    pub unsafe fn words<'a>(self) -> &'a mut [u32] {
        if self.bytes < 4 || self.data.align_offset(4) != 0 {
            return &mut [];
        }
        // SAFETY: V8 gave the address and the length, it is aligned, and the caller keeps others away.
        unsafe { std::slice::from_raw_parts_mut(self.data.cast::<u32>(), self.bytes / 4) }
    }
}
