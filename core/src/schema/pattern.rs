//! Patterns: regular expressions in JavaScript's syntax, found anywhere in a string by an automaton that looks at each byte
//! once. Most become a table when the schema is compiled. Those whose table would be too large are
//! [followed in all of their places](super::crowd). What no automaton can do is an error when the schema is compiled, but for look-aheads
//! at the beginning, which are patterns of their own: `^(?=.*\d)(?!.*\s).{8,}$`.

use std::error::Error;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use super::crowd::{Crowd, Places};
use super::ecma;

/// Bytes of the table of an expression; chosen. Larger ones are not made.
const MAX_TABLE_BYTES: usize = 128 * 1024;
/// Memory while a table is made.
const MAX_BUILD_BYTES: usize = 1024 * 1024;
/// Bytes of an expression before it is made deterministic; chosen: 100 letters of any script take about 3 MiB.
const MAX_NFA_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of the text of an expression; chosen.
const MAX_SOURCE_BYTES: usize = 16 * 1024;
/// Bytes of a text in which it pays to search step by step; chosen. Longer ones have stretches that are passed over.
const SHORT: usize = 64;

#[derive(Clone, Debug)]
enum Engine {
    /// With the state at the beginning of a text.
    Table(Box<dense::DFA<Vec<u32>>>, StateID),
    Crowd(Box<Crowd>),
}

#[derive(Clone, Debug)]
struct Part {
    engine: Engine,
    /// The string must not match it.
    negated: bool,
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    source: String,
    /// All must hold.
    parts: Vec<Part>,
}

/// What an expression notes while it runs; made when it is first needed.
#[derive(Debug, Default)]
pub(super) struct PatternCache(Vec<Places>);

impl Pattern {
    /// Compiles; gives the reason if that cannot be done.
    pub(super) fn compile(source: &str) -> Result<Self, String> {
        if source.len() > MAX_SOURCE_BYTES {
            return Err(format!("longer than {MAX_SOURCE_BYTES} bytes"));
        }
        ecma::translate(source)?;
        let (looks, rest) = split_looks(source);
        let mut parts = Vec::with_capacity(looks.len() + 1);
        for (look, negated) in looks {
            parts.push(Part { engine: build(&format!("^(?:{look})"))?, negated });
        }
        parts.push(Part { engine: build(&rest)?, negated: false });
        Ok(Self { source: source.to_owned(), parts })
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is found in a text.
    pub(super) fn is_match(&self, text: &[u8], cache: &mut PatternCache) -> bool {
        cache.0.resize_with(self.parts.len(), Places::default);
        self.parts.iter().zip(&mut cache.0).all(|(part, cache)| part.engine.is_match(text, cache) != part.negated)
    }
}

impl Engine {
    #[inline]
    fn is_match(&self, text: &[u8], places: &mut Places) -> bool {
        match self {
            Self::Table(table, start) if text.len() <= SHORT => is_found(table, *start, text),
            Self::Table(table, _) => {
                let input = Input::new(text).anchored(Anchored::No).earliest(true);
                table.try_search_fwd(&input).ok().flatten().is_some()
            }
            Self::Crowd(crowd) => crowd.is_match(text, places),
        }
    }
}

/// Whether an expression is found in a short text, for which to prepare a search takes longer than to search.
#[inline]
fn is_found(table: &dense::DFA<Vec<u32>>, start: StateID, text: &[u8]) -> bool {
    let mut state = start;
    for byte in text {
        state = table.next_state(state, *byte);
        if table.is_special_state(state) {
            if table.is_match_state(state) {
                return true;
            }
            if table.is_dead_state(state) || table.is_quit_state(state) {
                return false;
            }
        }
    }
    table.is_match_state(table.next_eoi_state(state))
}

fn build(source: &str) -> Result<Engine, String> {
    let translated = ecma::translate(source)?;
    if let Some(beyond) = translated.beyond {
        return Err(format!("{beyond}, which cannot be done in linear time"));
    }
    let config = syntax::Config::new().utf8(false).nest_limit(200);
    let expression = syntax::parse_with(&translated.expression, &config).map_err(|error| reason(&error))?;
    let nfa = thompson::Compiler::new()
        .configure(thompson::Config::new().utf8(false).nfa_size_limit(Some(MAX_NFA_BYTES)))
        .build_from_hir(&expression)
        .map_err(|error| reason(&error))?;
    let table = dense::Builder::new()
        .configure(
            dense::Config::new()
                .start_kind(StartKind::Unanchored)
                .minimize(false)
                .dfa_size_limit(Some(MAX_TABLE_BYTES))
                .determinize_size_limit(Some(MAX_BUILD_BYTES)),
        )
        .build_from_nfa(&nfa);
    if let Ok(table) = table {
        let start = table.start_state_forward(&Input::new("").anchored(Anchored::No));
        return Ok(Engine::Table(Box::new(table), start.map_err(|error| reason(&error))?));
    }
    Ok(Engine::Crowd(Box::new(Crowd::new(&expression, nfa)?)))
}

/// The innermost reason, on one line.
fn reason(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    let text = error.to_string();
    let line = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    line.trim().trim_start_matches("error: ").to_owned()
}

/// Takes the look-aheads off `^(?=A)(?!B)C`, as expressions and whether they are negated. A `|` outside of groups leaves
/// all as it is, since the look-aheads would be those of one branch.
fn split_looks(source: &str) -> (Vec<(String, bool)>, String) {
    let whole = || (Vec::new(), source.to_owned());
    let Some(mut rest) = source.strip_prefix('^') else { return whole() };
    let mut looks = Vec::new();
    while let Some((negated, body)) =
        rest.strip_prefix("(?=").map(|body| (false, body)).or_else(|| rest.strip_prefix("(?!").map(|body| (true, body)))
    {
        let Some(end) = group_end(body) else { return whole() };
        let (look, behind) = body.split_at(end);
        // A repeated look-ahead is not one that must hold.
        rest = behind.get(1..).unwrap_or_default();
        if rest.starts_with(['?', '*', '+', '{']) {
            return whole();
        }
        looks.push((look.to_owned(), negated));
    }
    if looks.is_empty() || has_branch(rest) {
        return whole();
    }
    (looks, format!("^{rest}"))
}

/// Walks over an expression outside of escapes and classes, with the number of open groups.
fn walk(text: &str) -> impl Iterator<Item = (usize, char, i32)> {
    let (mut escaped, mut in_class, mut depth) = (false, false, 0);
    text.char_indices().filter_map(move |(at, c)| {
        if std::mem::take(&mut escaped) {
            return None;
        }
        match c {
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            _ if in_class => {}
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (!in_class && c != '\\').then_some((at, c, depth))
    })
}

fn group_end(body: &str) -> Option<usize> {
    walk(body).find(|(_, c, depth)| *c == ')' && *depth < 0).map(|(at, ..)| at)
}

fn has_branch(text: &str) -> bool {
    walk(text).any(|(_, c, depth)| c == '|' && depth == 0)
}
