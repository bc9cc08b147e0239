//! Compiled schemas and what checks texts by them.

use std::sync::Arc;

use super::columns::{self, Columns};
use super::compile;
use super::custom::Deferred;
use super::error::SchemaError;
use super::json_error::JsonError;
use super::limits::JsonLimits;
use super::options::SchemaOptions;
use super::program::Program;
use super::reader::{Read, Reader};
use super::stream::{Checker, Stream};
use super::violation::Violation;
#[cfg(test)]
use super::ways::ways;

/// A compiled schema. Cheap to clone, never changes.
#[derive(Clone, Debug)]
pub struct Schema {
    program: Arc<Program>,
}

/// How texts are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValidatorOptions {
    /// What a text may be at all.
    pub limits: JsonLimits,
    /// Violations to find before the check ends, at least 1. Default 1: the check ends with the first, which need not
    /// be at the end of the text.
    pub max_violations: usize,
    /// Steps that each byte may cost where a value must be looked at more than once, above a million for each text.
    /// Default 256; a schema without nested branches takes less than 10.
    pub steps_per_byte: u64,
}

impl Default for ValidatorOptions {
    fn default() -> Self {
        Self { limits: JsonLimits::default(), max_violations: 1, steps_per_byte: 256 }
    }
}

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right.
    Valid,
    /// It breaks the schema: so many violations as were asked for, in the order in which they were decided.
    Invalid(Vec<Violation>),
    /// It is no JSON that this server accepts.
    Malformed(JsonError),
    /// Checking it takes more steps than it may cost: `ERR_NEXURE_SCHEMA_WORK`, 422.
    Exhausted,
}

/// Steps for a text, however short it is; chosen: some 10 ms.
const BASE_STEPS: u64 = 1_000_000;

impl Schema {
    /// Compiles a schema.
    ///
    /// # Errors
    /// [`SchemaError`], with the place of the mistake.
    pub fn compile(text: &[u8], options: &SchemaOptions) -> Result<Self, SchemaError> {
        compile::compile(text, options).map(|program| Self { program: Arc::new(program) })
    }

    pub(super) fn program(&self) -> &Program {
        &self.program
    }

    /// The same schema with every token told to the checker: the oracle of the straight way.
    #[cfg(test)]
    pub(super) fn stepping(text: &[u8], options: &SchemaOptions) -> Result<Self, SchemaError> {
        let mut program = compile::compile(text, options)?;
        program.ways = Box::default();
        Ok(Self { program: Arc::new(program) })
    }

    /// The same schema with every value indexed before it is looked at: the oracle of the way to check while reading.
    #[cfg(test)]
    pub(super) fn indexing(text: &[u8], options: &SchemaOptions) -> Result<Self, SchemaError> {
        let mut program = compile::compile(text, options)?;
        program.nodes.iter_mut().for_each(|node| node.streams = false);
        program.ways = ways(&program);
        Ok(Self { program: Arc::new(program) })
    }

    /// What [`Columns`] of this schema mean, as a JSON text for `js/validation/columns.ts`; `None` if its values never go into
    /// columns: it says nothing of the members or elements of the whole value.
    #[must_use]
    pub fn columns_plan(&self) -> Option<String> {
        columns::plan(&self.program)
    }

    /// Makes what checks texts, one after the other. It keeps its memory between them.
    #[must_use]
    pub fn validator(&self, options: ValidatorOptions) -> Validator {
        let mut validator = Validator {
            program: Arc::clone(&self.program),
            options,
            reader: Reader::default(),
            stream: Stream::default(),
        };
        validator.begin();
        validator
    }
}

/// Checks a text by a program that is not finished.
pub(super) fn check(program: &Program, text: &[u8], options: ValidatorOptions) -> Verdict {
    let (mut reader, mut stream) = (Reader::default(), Stream::default());
    reader.begin(options.limits);
    stream.begin(options.max_violations.max(1));
    stream.budget = BASE_STEPS;
    stream.scratch.unsafe_integers = options.limits.unsafe_integers;
    let steps_per_byte = options.steps_per_byte;
    let mut checker = Checker { program, stream: &mut stream, text, steps_per_byte, columns: None };
    push(&mut reader, true, &mut checker).unwrap_or(Verdict::Valid)
}

fn push(reader: &mut Reader, last: bool, checker: &mut Checker<'_>) -> Option<Verdict> {
    match reader.read(checker.text, last, checker) {
        Err(error) => Some(Verdict::Malformed(error)),
        Ok(Read::More) => None,
        Ok(Read::Stopped) if checker.stream.exhausted => Some(Verdict::Exhausted),
        Ok(Read::Whole | Read::Stopped) => Some(match std::mem::take(&mut checker.stream.findings.list) {
            found if found.is_empty() => Verdict::Valid,
            found => Verdict::Invalid(found),
        }),
    }
}

/// Checks texts by one schema, one after the other.
#[derive(Debug)]
pub struct Validator {
    program: Arc<Program>,
    options: ValidatorOptions,
    reader: Reader,
    stream: Stream,
}

impl Validator {
    /// Checks a whole text.
    pub fn validate(&mut self, text: &[u8]) -> Verdict {
        self.begin();
        // The last push always decides.
        self.push(text, true).unwrap_or(Verdict::Valid)
    }

    /// Begins with another text.
    pub fn begin(&mut self) {
        self.reader.begin(self.options.limits);
        self.stream.begin(self.options.max_violations.max(1));
        self.stream.scratch.unsafe_integers = self.options.limits.unsafe_integers;
        self.stream.budget = BASE_STEPS;
    }

    /// The values of which the application decides, when the verdict was [`Verdict::Valid`].
    #[must_use]
    pub fn deferred(&self) -> &[Deferred] {
        &self.stream.findings.deferred.list
    }

    /// Checks on when more of a text is there. `text` is all of it so far, and `last` says that no more will come. Nothing is
    /// read twice. `None` as long as it may be right; what was decided stays so.
    pub fn push(&mut self, text: &[u8], last: bool) -> Option<Verdict> {
        self.read_on(text, last, None)
    }

    /// Checks a whole text and writes what it holds, if that can be done on the way: see [`Columns`].
    pub fn validate_columns(&mut self, text: &[u8], columns: &mut Columns) -> Verdict {
        self.begin();
        columns.begin();
        // A byte order mark would move all places.
        let columns = (text.first() != Some(&0xef)).then_some(columns);
        self.read_on(text, true, columns).unwrap_or(Verdict::Valid)
    }

    fn read_on(&mut self, text: &[u8], last: bool, columns: Option<&mut Columns>) -> Option<Verdict> {
        let steps_per_byte = self.options.steps_per_byte;
        let mut checker = Checker { program: &self.program, stream: &mut self.stream, text, steps_per_byte, columns };
        push(&mut self.reader, last, &mut checker)
    }
}
