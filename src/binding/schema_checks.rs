//! Checks texts by one schema, one after the other: what a JavaScript function of a schema's own does with its text. The
//! verdict is a number, and all else about it is kept until it is asked for, or until the next text.

#![allow(unsafe_code, reason = "a function of Node-API with a pointer of its own")]

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::rc::Rc;

use napi::sys;
use nexure_core::schema::{
    Change, Columns, Deferral, JsonError, JsonLimits, RewriteOptions, Schema, Validator, ValidatorOptions, Verdict,
    Violation, write_deferred,
};

use super::node_api::{Env, Failed, Value, View};
use super::values;
use crate::guard::guard;

/// The text is right, and ASCII: JavaScript makes a string of it with less work.
const VALID_ASCII: u32 = 0;
/// The text is right.
const VALID: u32 = 1;
/// It breaks the schema.
const INVALID: u32 = 2;
/// It is no JSON that is accepted.
const MALFORMED: u32 = 3;
/// Checking it would take more steps than it may cost.
const EXHAUSTED: u32 = 4;
/// The text became another, which is right.
const REWRITTEN: u32 = 5;
/// The text is right and ASCII, and its values are in the words.
const COLUMNS_ASCII: u32 = 6;
/// The text is right, and its values are in the words.
const COLUMNS: u32 = 7;

/// Added to what is right but for what functions of the application say.
const DEFERRED: u32 = 8;

/// Times the number of a violation that has one: added to `INVALID`, when that is all that is wrong.
const ONE_KNOWN: u32 = 16;

/// Violations of a schema that have a number, and the bytes of the pointer of each, which peers choose; chosen.
const MAX_KNOWN: usize = 32;
const MAX_KNOWN_POINTER_BYTES: usize = 256;

/// Bytes of a string that are kept for the next one; chosen.
const MAX_KEPT_BYTES: usize = 256 * 1024;

/// A schema, and what is known of the last text.
pub struct Checks {
    schema: Schema,
    validator: Validator,
    /// How texts are rewritten; nothing if no text of this schema ever is.
    rewriter: Option<Rewriter>,
    /// Where a string is put before it is read.
    text: Vec<u8>,
    rewritten: Vec<u8>,
    changes: Vec<Change>,
    deferred: Vec<u8>,
    found: Vec<Violation>,
    problem: Option<JsonError>,
    columns: Columns,
    told: Vec<Violation>,
}

struct Rewriter {
    options: RewriteOptions,
    limits: JsonLimits,
    tells_changes: bool,
}

impl Checks {
    pub fn new(schema: Schema, checking: ValidatorOptions, rewriting: RewriteOptions, tells_changes: bool) -> Self {
        let limits = checking.limits;
        Self {
            validator: schema.validator(checking),
            rewriter: schema.rewrites(&rewriting).then_some(Rewriter { options: rewriting, limits, tells_changes }),
            schema,
            text: Vec::new(),
            rewritten: Vec::new(),
            changes: Vec::new(),
            deferred: Vec::new(),
            found: Vec::new(),
            problem: None,
            columns: Columns::default(),
            told: Vec::new(),
        }
    }

    /// What the words of this schema mean; nothing if it never fills any, or if texts become others first.
    pub fn columns_plan(&self) -> Option<String> {
        if self.rewriter.is_some() { None } else { self.schema.columns_plan() }
    }

    /// What functions of the application decide, by number.
    pub fn deferrals(&self) -> &[Deferral] {
        self.schema.deferrals()
    }

    pub fn take_rewritten(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.rewritten)
    }

    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    pub fn take_deferred(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.deferred)
    }

    pub fn take_violations(&mut self) -> Vec<Violation> {
        std::mem::take(&mut self.found)
    }

    pub fn take_problem(&mut self) -> Option<JsonError> {
        self.problem.take()
    }

    /// Checks a text that does not become another, and fills the words with its values if it can.
    fn check_columns(&mut self, text: &[u8], words: View) -> u32 {
        let verdict = self.validator.validate_columns(text, &mut self.columns);
        if let (Verdict::Valid, Some(found)) = (&verdict, self.columns.words()) {
            // SAFETY: no JavaScript runs while the slice lives, and the text is not in this memory, which nobody else knows.
            let words = unsafe { words.words() };
            if let Some(place) = words.get_mut(..found.len()) {
                place.copy_from_slice(found);
                return if self.columns.is_ascii() { COLUMNS_ASCII } else { COLUMNS };
            }
        }
        self.settle(verdict, text, None)
    }

    fn check(&mut self, text: &[u8]) -> u32 {
        self.changes.clear();
        let rewritten = match &self.rewriter {
            None => None,
            Some(Rewriter { options, limits, tells_changes }) => {
                match self.schema.rewrite(text, options, limits, tells_changes.then_some(&mut self.changes)) {
                    Ok(rewritten) => rewritten,
                    Err(error) => {
                        self.problem = Some(error);
                        return MALFORMED;
                    }
                }
            }
        };
        let verdict = self.validator.validate(rewritten.as_deref().unwrap_or(text));
        self.settle(verdict, text, rewritten)
    }

    /// Keeps what is to be known of a verdict.
    fn settle(&mut self, verdict: Verdict, text: &[u8], rewritten: Option<Vec<u8>>) -> u32 {
        match verdict {
            Verdict::Valid => {
                let mut verdict = if text.is_ascii() { VALID_ASCII } else { VALID };
                let deferred = self.validator.deferred();
                let defers = !deferred.is_empty();
                if defers {
                    self.deferred.clear();
                    write_deferred(deferred, rewritten.as_deref().unwrap_or(text), &mut self.deferred);
                }
                if let Some(text) = rewritten {
                    self.rewritten = text;
                    verdict = REWRITTEN;
                }
                if defers { verdict + DEFERRED } else { verdict }
            }
            Verdict::Invalid(found) => {
                let number = self.number_of(&found);
                self.found = found;
                INVALID + ONE_KNOWN * number
            }
            Verdict::Malformed(error) => {
                self.problem = Some(error);
                MALFORMED
            }
            Verdict::Exhausted => EXHAUSTED,
        }
    }

    fn check_with(&mut self, text: &[u8], words: Option<View>) -> u32 {
        match words {
            Some(words) if self.rewriter.is_none() => self.check_columns(text, words),
            _ => self.check(text),
        }
    }

    /// The number of the violation if it is the only one: those that come again and again are told once. 0 if it has none.
    fn number_of(&mut self, found: &[Violation]) -> u32 {
        let [violation] = found else { return 0 };
        let place = self.told.iter().position(|told| told == violation).or_else(|| {
            let is_room = self.told.len() < MAX_KNOWN && violation.instance.len() <= MAX_KNOWN_POINTER_BYTES;
            is_room.then(|| {
                self.told.push(violation.clone());
                self.told.len() - 1
            })
        });
        place.and_then(|place| u32::try_from(place + 1).ok()).unwrap_or(0)
    }

    fn check_string(&mut self, env: Env, string: Value, units: u32, words: Option<View>) -> Result<u32, Failed> {
        let mut copy = std::mem::take(&mut self.text);
        // Three bytes per unit and one more are enough for any string. It never shrinks, so that nothing is cleared twice.
        copy.resize(copy.len().max((units as usize).saturating_mul(3).saturating_add(1)), 0);
        let written = env.write_utf8(string, &mut copy);
        let verdict = written.map(|written| self.check_with(copy.get(..written).unwrap_or_default(), words));
        if copy.len() <= MAX_KEPT_BYTES {
            self.text = copy;
        }
        verdict
    }
}

/// A JavaScript function that checks texts: bytes and words or `undefined`, or a string, words or `undefined`, and its length.
/// Gives the verdict, and `undefined` for anything else. A function of its own for each schema costs half of what a method of a class costs.
pub fn checker(env: Env, checks: Rc<RefCell<Checks>>) -> Result<Value, Failed> {
    env.function("check", on_check, Rc::into_raw(checks).cast_mut().cast(), on_collected)
}

/// Frees what a function has, when it is collected.
unsafe extern "C" fn on_collected(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: the pointer is the one that `checker` gave away, and a function is collected once.
    drop(unsafe { Rc::from_raw(data.cast_const().cast::<RefCell<Checks>>()) });
}

unsafe extern "C" fn on_check(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    guard("schema check", null_mut, || verdict(Env(env), info).unwrap_or(null_mut()))
}

fn verdict(env: Env, info: sys::napi_callback_info) -> Result<Value, Failed> {
    let (given, [text, words, units], data) = env.arguments::<3>(info)?;
    // SAFETY: the pointer is the one that `checker` gave away, and the function that is called keeps it.
    let checks = unsafe { data.cast_const().cast::<RefCell<Checks>>().as_ref() }.ok_or(Failed)?;
    // Nothing below calls JavaScript, so nobody else has it.
    let mut checks = checks.try_borrow_mut().map_err(|_| Failed)?;
    let words = if given > 1 { env.view(words).ok() } else { None };
    let verdict = if given == 3 {
        checks.check_string(env, text, env.to_u32(units)?, words)?
    } else {
        checks.check_with(values::view_bytes(&env.view(text)?), words)
    };
    env.number(verdict)
}
