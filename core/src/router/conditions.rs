//! What a route may ask of a request beside method and path: its host (RFC 9110 §7.2), and a version of the API, which a
//! client names in `Accept-Version` (a convention, not a standard; the rules are find-my-way's).
//!
//! A host is a name, with a port or without, `*.` and a name for everything below it, or an expression; names come before
//! `*.`, the longer before the shorter, before expressions in the order of their declaration, before no host. A version is
//! `1.2.3`, or leaves parts open: `1.2.x`, `1.x`, `1`, `*`. Two versions fit if no part contradicts; the route that
//! leaves less open wins, then the higher one. A request that names a version is answered by versioned routes only.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use super::error::ConditionProblem;
use super::regex::Regex;
use super::routes::RouteId;
use crate::http::Method;

/// What a request says of itself beside method and path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances<'r> {
    /// The value of `Host`, or the authority of the target.
    pub host: Option<&'r [u8]>,
    /// The value of `Accept-Version`.
    pub version: Option<&'r [u8]>,
}

/// The host a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostCondition<'c> {
    /// `example.com`, `example.com:8080` or `*.example.com`; in any case.
    Name(&'c str),
    /// An expression in JavaScript's syntax that is to be found in the lower-case host without its port.
    Expression {
        /// Its source.
        source: &'c str,
        /// Whether it has the flag `i`.
        ignore_case: bool,
    },
}

/// What a route asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions<'c> {
    /// The host; `None` for any.
    pub host: Option<HostCondition<'c>>,
    /// The version; `None` for requests that name none.
    pub version: Option<&'c str>,
}

/// The checked conditions of a route.
#[derive(Clone, Debug, Default)]
pub(super) struct Checked {
    host: Option<Host>,
    version: Option<Version>,
}

#[derive(Clone, Debug)]
enum Host {
    Name(String),
    /// What it ends with, the dot included.
    Below(String),
    Expression {
        source: String,
        regex: Arc<Regex>,
    },
}

/// Parts of a version; `None` where it is open.
type Version = [Option<u32>; 3];

/// A conditional route of one shape.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub method: Method,
    conditions: Checked,
    pub id: RouteId,
}

impl Entry {
    /// A route with conditions.
    pub(super) fn new(method: Method, conditions: Checked, id: RouteId) -> Self {
        Self { method, conditions, id }
    }
}

impl Checked {
    /// Checks the conditions of a route.
    pub(super) fn new(conditions: &Conditions<'_>) -> Result<Self, ConditionProblem> {
        let host = conditions.host.as_ref().map(Host::new).transpose()?;
        let version = match conditions.version {
            Some(text) => {
                let invalid = || ConditionProblem::Version(text.to_owned());
                Some(parse_version(text.as_bytes()).ok_or_else(invalid)?)
            }
            None => None,
        };
        Ok(Self { host, version })
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.host.is_none() && self.version.is_none()
    }

    /// Whether there is one on the version.
    pub(super) fn has_version(&self) -> bool {
        self.version.is_some()
    }

    /// Whether both ask for the same.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.version == other.version && self.key() == other.key()
    }

    fn key(&self) -> (u8, &str) {
        match &self.host {
            Some(Host::Name(name)) => (0, name),
            Some(Host::Below(suffix)) => (1, suffix),
            Some(Host::Expression { source, .. }) => (2, source),
            None => (3, ""),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let host = match (&self.host, &other.host) {
            (Some(Host::Below(a)), Some(Host::Below(b))) => b.len().cmp(&a.len()).then_with(|| a.cmp(b)),
            (Some(Host::Expression { .. }), Some(Host::Expression { .. })) => Ordering::Equal,
            _ => self.key().cmp(&other.key()),
        };
        let version =
            |it: &Self| it.version.map(|parts| (parts.iter().filter(|part| part.is_none()).count(), Reverse(parts)));
        host.then_with(|| version(self).is_none().cmp(&version(other).is_none()))
            .then_with(|| version(self).cmp(&version(other)))
    }
}

/// For the message of a conflict.
impl std::fmt::Display for Checked {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.host {
            Some(Host::Name(name)) => write!(out, " for the host {name:?}")?,
            Some(Host::Below(suffix)) => write!(out, " for the host \"*{suffix}\"")?,
            Some(Host::Expression { source, .. }) => write!(out, " for the host /{source}/")?,
            None => {}
        }
        let Some(version) = self.version else { return Ok(()) };
        out.write_str(" in version ")?;
        for (at, part) in (0..).zip(version) {
            let dot = if at == 0 { "" } else { "." };
            match part {
                Some(number) => write!(out, "{dot}{number}")?,
                None => write!(out, "{dot}x")?,
            }
        }
        Ok(())
    }
}

impl Host {
    fn new(host: &HostCondition<'_>) -> Result<Self, ConditionProblem> {
        match host {
            HostCondition::Name(name) => {
                let lower = name.to_ascii_lowercase();
                let (below, rest) = match lower.strip_prefix('*') {
                    Some(rest) => (true, rest.strip_prefix('.')),
                    None => (false, Some(lower.as_str())),
                };
                let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
                match rest {
                    Some(rest) if !rest.is_empty() && rest.bytes().all(is_part) => {
                        Ok(if below { Self::Below(format!(".{rest}")) } else { Self::Name(lower) })
                    }
                    _ => Err(ConditionProblem::Host((*name).to_owned())),
                }
            }
            HostCondition::Expression { source, ignore_case } => {
                let regex = Regex::compile_search(source, *ignore_case)
                    .map_err(|reason| ConditionProblem::HostExpression { source: (*source).to_owned(), reason })?;
                Ok(Self::Expression { source: (*source).to_owned(), regex: Arc::new(regex) })
            }
        }
    }
}

/// Puts a conditional route in its place among those of its shape.
pub(super) fn insert(entries: &mut Vec<Entry>, entry: Entry) {
    let at = entries.partition_point(|other| {
        (other.method as u8)
            .cmp(&(entry.method as u8))
            .then_with(|| other.conditions.compare(&entry.conditions))
            .is_le()
    });
    entries.insert(at, entry);
}

/// Whether a route of the same conditions is there.
pub(super) fn contains(entries: &[Entry], method: Method, conditions: &Checked) -> bool {
    entries.iter().any(|entry| entry.method == method && entry.conditions.same(conditions))
}

/// Longest host that is looked at; a longer one is none (RFC 1035 §2.3.4 permits 255, and a port).
const MAX_HOST_BYTES: usize = 264;

/// The circumstances of a request, prepared for comparing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Situation {
    host: [u8; MAX_HOST_BYTES],
    host_len: u16,
    name_len: u16,
    version: Asked,
}

#[derive(Clone, Copy, Debug)]
enum Asked {
    Nothing,
    Version(Version),
    /// A version that is none: nothing fits.
    Unknown,
}

impl Situation {
    /// Prepares circumstances.
    pub(super) fn new(circumstances: &Circumstances<'_>) -> Self {
        let mut host = [0; MAX_HOST_BYTES];
        let given = circumstances.host.filter(|given| given.len() <= MAX_HOST_BYTES).unwrap_or_default();
        for (to, from) in host.iter_mut().zip(given) {
            *to = from.to_ascii_lowercase();
        }
        let port = given
            .iter()
            .rposition(|byte| *byte == b':')
            .filter(|at| given.get(at + 1..).is_some_and(|port| port.iter().all(u8::is_ascii_digit)));
        let version = match circumstances.version {
            None => Asked::Nothing,
            Some(text) => parse_version(text.trim_ascii()).map_or(Asked::Unknown, Asked::Version),
        };
        let short = |len: usize| u16::try_from(len).unwrap_or(0);
        Self { host, host_len: short(given.len()), name_len: short(port.unwrap_or(given.len())), version }
    }

    fn whole_host(&self) -> &[u8] {
        self.host.get(..usize::from(self.host_len)).unwrap_or_default()
    }

    fn host_name(&self) -> &[u8] {
        self.host.get(..usize::from(self.name_len)).unwrap_or_default()
    }

    /// Whether routes without a version fit.
    pub(super) fn fits_unversioned(&self) -> bool {
        matches!(self.version, Asked::Nothing)
    }

    /// The first conditional route of a shape that fits.
    pub(super) fn choose(&self, entries: &[Entry], method: Method) -> Option<RouteId> {
        let from = entries.partition_point(|entry| (entry.method as u8) < method as u8);
        let entries = entries.get(from..).unwrap_or_default();
        let entries = entries.get(..entries.partition_point(|entry| entry.method == method)).unwrap_or_default();
        // Names are sorted, so that as many hosts as there may be cost a few comparisons.
        let end_of_names = entries.partition_point(|entry| matches!(entry.conditions.host, Some(Host::Name(_))));
        let (named, others) = entries.split_at_checked(end_of_names).unwrap_or((entries, &[]));
        let fits = |entry: &&Entry| self.fits(&entry.conditions);
        let of_name = |name: &[u8]| {
            let key = |entry: &Entry| match &entry.conditions.host {
                Some(Host::Name(other)) => other.as_bytes().cmp(name),
                _ => Ordering::Greater,
            };
            let from = named.partition_point(|entry| key(entry).is_lt());
            named.get(from..).unwrap_or_default().iter().take_while(|entry| key(entry).is_eq()).find(fits)
        };
        let port = || if self.host_len == self.name_len { None } else { of_name(self.whole_host()) };
        let found = port().or_else(|| of_name(self.host_name())).or_else(|| others.iter().find(fits));
        found.map(|entry| entry.id)
    }

    fn fits(&self, conditions: &Checked) -> bool {
        let host = match &conditions.host {
            None => true,
            Some(Host::Name(name)) => name.as_bytes() == self.host_name() || name.as_bytes() == self.whole_host(),
            Some(Host::Below(suffix)) => {
                let host = if suffix.contains(':') { self.whole_host() } else { self.host_name() };
                host.len() > suffix.len() && host.ends_with(suffix.as_bytes())
            }
            Some(Host::Expression { regex, .. }) => self.name_len > 0 && regex.matches(self.host_name()),
        };
        host && match (self.version, conditions.version) {
            (Asked::Nothing, None) => true,
            (Asked::Version(asked), Some(offered)) => asked
                .iter()
                .zip(offered)
                .all(|(asked, offered)| asked.is_none() || offered.is_none() || *asked == offered),
            _ => false,
        }
    }
}

/// `1.2.3` with parts that may be missing or `x`, `X` or `*`; what follows an open part is open.
fn parse_version(text: &[u8]) -> Option<Version> {
    let mut version = [None; 3];
    let mut parts = text.split(|byte| *byte == b'.');
    let mut open = false;
    for slot in &mut version {
        let Some(part) = parts.next() else { break };
        if matches!(part, b"x" | b"X" | b"*") {
            open = true;
            continue;
        }
        let digits = !part.is_empty() && part.len() <= 9 && part.iter().all(u8::is_ascii_digit);
        if open || !digits {
            return None;
        }
        *slot = Some(part.iter().fold(0, |value, digit| value * 10 + u32::from(digit & 0xf)));
    }
    parts.next().is_none().then_some(version)
}
