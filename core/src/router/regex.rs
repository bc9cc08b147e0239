//! Regular expressions of constraints: written as in JavaScript, compiled before the server listens to an anchored
//! automaton that takes one table look-up per byte of a path, whatever the expression and the path
//! ([why this engine](../../../docs/design/router.md)). What no finite automaton can do (back references, look-around) is
//! an error at the start, and so is an expression whose automaton exceeds [`MAX_AUTOMATON_BYTES`].

use std::error::Error;
use std::fmt::Write;

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};

/// Bytes of a compiled expression; chosen. A number or name takes some hundred, a UUID about 2 KiB.
pub const MAX_AUTOMATON_BYTES: usize = 64 * 1024;

/// Memory while compiling; chosen: it stops expressions whose automaton would explode long before it is built.
const MAX_BUILD_BYTES: usize = 512 * 1024;

/// What `.` stands for in JavaScript: no line terminator (ECMA-262 §22.2.2.1).
const ANY: &str = r"[^\n\r\u{2028}\u{2029}]";

/// What `\s` stands for in JavaScript (ECMA-262 §22.2.2.9), for use within brackets.
const SPACE: &str = r"\t\n\x0b\x0c\r \u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Regex {
    dfa: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// A state of an automaton between two bytes.
pub(super) type State = StateID;

impl Regex {
    /// Compiles an expression in JavaScript's syntax with the flag `i` or without; gives the reason if it cannot be.
    pub(super) fn compile(source: &str, ignore_case: bool) -> Result<Self, String> {
        Self::build(&group(source, ignore_case))
    }

    /// Compiles an expression that is to be found anywhere in a text, as `RegExp.prototype.test` does.
    pub(super) fn compile_search(source: &str, ignore_case: bool) -> Result<Self, String> {
        Self::build(&format!("(?s-u:.*){}(?s-u:.*)", group(source, ignore_case)))
    }

    /// Compiles an expression that is to be found at the beginning of a text.
    pub(super) fn compile_prefix(source: &str, ignore_case: bool) -> Result<Self, String> {
        Self::build(&format!("{}(?s-u:.*)", group(source, ignore_case)))
    }

    fn build(expression: &str) -> Result<Self, String> {
        let built = dense::Builder::new()
            .syntax(syntax::Config::new().utf8(false))
            .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(MAX_BUILD_BYTES)))
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Anchored)
                    .minimize(false)
                    .dfa_size_limit(Some(MAX_AUTOMATON_BYTES))
                    .determinize_size_limit(Some(MAX_BUILD_BYTES)),
            )
            .build(expression);
        let dfa = built.map_err(|error| reason(&error))?;
        let start =
            dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).map_err(|error| error.to_string())?;
        Ok(Self { dfa, start })
    }

    /// The state before the first byte.
    pub(super) fn start(&self) -> State {
        self.start
    }

    /// The state behind a byte; `None` where nothing can follow any more.
    #[inline]
    pub(super) fn step(&self, state: State, byte: u8) -> Option<State> {
        let next = self.dfa.next_state(state, byte);
        (!self.dfa.is_dead_state(next) && !self.dfa.is_quit_state(next)).then_some(next)
    }

    /// Whether the text may end in this state.
    #[inline]
    pub(super) fn accepts(&self, state: State) -> bool {
        self.dfa.is_match_state(self.dfa.next_eoi_state(state))
    }

    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        let mut state = self.start;
        for byte in text {
            match self.step(state, *byte) {
                Some(next) => state = next,
                None => return false,
            }
        }
        self.accepts(state)
    }

    /// The number of a state, below [`states`](Self::states).
    pub(super) fn index(&self, state: State) -> usize {
        state.as_usize() >> self.dfa.stride2()
    }

    /// A bound on the numbers of states.
    pub(super) fn states(&self) -> usize {
        ((self.dfa.memory_usage() / size_of::<u32>()) >> self.dfa.stride2()) + 1
    }
}

fn group(source: &str, ignore_case: bool) -> String {
    let flags = if ignore_case { "i-u:" } else { ":" };
    format!("(?{flags}{})", translate(source))
}

/// The innermost reason, on one line.
fn reason(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    let text = error.to_string();
    text.lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .trim()
        .trim_start_matches("error: ")
        .to_owned()
}

/// Rewrites what means another thing in JavaScript than in `regex-syntax`: `.`, the Perl classes (ASCII), word
/// boundaries, and the characters that are operators between brackets. All else stays, and is judged by the parser.
fn translate(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 16);
    let mut chars = source.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('d') => out.push_str("[0-9]"),
                Some('D') => out.push_str("[^0-9]"),
                Some('w') => out.push_str("[0-9A-Za-z_]"),
                Some('W') => out.push_str("[^0-9A-Za-z_]"),
                Some('s') => drop(write!(out, "[{SPACE}]")),
                Some('S') => drop(write!(out, "[^{SPACE}]")),
                Some('b') if !in_class => out.push_str(r"(?-u:\b)"),
                Some('B') if !in_class => out.push_str(r"(?-u:\B)"),
                Some('b') => out.push_str(r"\x08"),
                Some('/') => out.push('/'),
                // `\A` and `\z` are letters in JavaScript and assertions here.
                Some(letter @ ('A' | 'z' | 'Z' | 'a' | 'G')) => out.push(letter),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            '[' if in_class => out.push_str(r"\["),
            '[' => {
                in_class = true;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class => out.extend(['\\', c]),
            '.' if !in_class => out.push_str(ANY),
            _ => out.push(c),
        }
    }
    out
}
