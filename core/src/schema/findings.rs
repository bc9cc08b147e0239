//! The violations that were found, and where the values stand that have them.

use std::ops::ControlFlow;

use super::deferred::Deferrals;
use super::program::Node;
use super::reader::Kind;
use super::report::{Flow, Report};
use super::tape::Values;
use super::uri;
use super::violation::{Params, Violation};

/// The violations that were found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) list: Vec<Violation>,
    /// As many as are wanted.
    pub(super) max: usize,
    /// Of what the application decides.
    pub(super) deferred: Deferrals,
}

impl Findings {
    pub(super) fn begin(&mut self, max: usize) {
        self.list.clear();
        self.deferred.clear();
        self.max = max;
    }

    pub(super) fn add(&mut self, violation: Violation) -> Flow {
        self.list.push(violation);
        if self.list.len() >= self.max { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The pointer of an indexed value, behind that of the first.
fn pointer(values: &Values<'_>, value: u32, prefix: &dyn Fn() -> String) -> String {
    let (mut pointer, mut at) = (prefix(), 0);
    while at < value {
        let found = match values.kind(at) {
            Kind::Array => (0..).zip(values.elements(at)).find(|(_, element)| value < values.entry(*element).next).map(
                |(place, element): (u32, u32)| {
                    uri::push_token(&mut pointer, &place.to_string());
                    element
                },
            ),
            Kind::Object => {
                values.members(at).find(|(_, member)| value < values.entry(*member).next).map(|(key, member)| {
                    uri::push_token(&mut pointer, &String::from_utf8_lossy(&values.string(key)));
                    // A key stands for its member.
                    if key == value { value } else { member }
                })
            }
            _ => None,
        };
        match found {
            Some(next) => at = next,
            None => break,
        }
    }
    pointer
}

/// Reports what is wrong with one value.
pub(super) struct At<'a> {
    /// Only the verdict counts.
    pub(super) quiet: bool,
    pub(super) findings: &'a mut Findings,
    pub(super) values: Values<'a>,
    pub(super) prefix: &'a dyn Fn() -> String,
    pub(super) node: &'a Node,
    pub(super) value: u32,
}

impl Report for At<'_> {
    fn fail(&mut self, keyword: &'static str, params: impl FnOnce() -> Params) -> Flow {
        if self.quiet {
            return ControlFlow::Break(());
        }
        self.findings.add(Violation {
            instance: pointer(&self.values, self.value, self.prefix),
            schema: location(self.node, keyword),
            keyword,
            params: params(),
        })
    }
}

/// Where a keyword of a schema stands.
pub(super) fn location(node: &Node, keyword: &str) -> String {
    // The type is what makes it matter.
    let keyword = if keyword == "unsafe_integer" { "type" } else { keyword };
    // A schema that is `false` is the keyword.
    if node.never.is_some() { node.location.clone() } else { [&node.location, "/", keyword].concat() }
}
