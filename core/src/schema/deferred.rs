//! The values of which the application decides, noted while a value is evaluated and told with their pointers at its end: in
//! one walk for all, since the way to each is as long as what stands before it.

use super::custom::{Deferral, Deferred};
use super::number;
use super::program::Types;
use super::reader::Kind;
use super::tape::{Elements, Members, Values};
use super::uri;

/// Bytes of the pointers of one text; chosen. Deep values have long ones.
const MAX_POINTER_BYTES: usize = 4 * 1024 * 1024;

/// What was noted.
#[derive(Debug, Default)]
pub(super) struct Deferrals {
    pub(super) list: Vec<Deferred>,
    /// Entries of the value that is evaluated, with the numbers of what is deferred.
    noted: Vec<(u32, u32)>,
    bytes: usize,
}

enum Children<'t> {
    Elements(Elements<'t>),
    Members(Members<'t>),
}

/// A container on the way, and where the walk stands in it.
struct Level<'t> {
    /// The entry behind it.
    end: u32,
    children: Children<'t>,
    /// Elements that were passed.
    place: u32,
    /// The key and the value that the walk stands at.
    at: (u32, u32),
    /// Bytes of its pointer.
    length: usize,
}

impl<'t> Level<'t> {
    fn new(values: &Values<'t>, container: u32, length: usize) -> Self {
        let children = if values.kind(container) == Kind::Object {
            Children::Members(values.members(container))
        } else {
            Children::Elements(values.elements(container))
        };
        Self { end: values.entry(container).next, children, place: 0, at: (container, container), length }
    }

    /// Goes on to the child in which an entry stands.
    fn seek(&mut self, values: &Values<'t>, entry: u32) -> bool {
        while self.place == 0 || entry >= values.entry(self.at.1).next {
            let next = match &mut self.children {
                Children::Elements(elements) => elements.next().map(|element| (element, element)),
                Children::Members(members) => members.next(),
            };
            let Some(next) = next else { return false };
            self.at = next;
            self.place += 1;
        }
        true
    }

    fn push_token(&self, values: &Values<'t>, pointer: &mut String) {
        match self.children {
            Children::Elements(_) => uri::push_token(pointer, &(self.place - 1).to_string()),
            Children::Members(_) => uri::push_token(pointer, &String::from_utf8_lossy(&values.string(self.at.0))),
        }
    }
}

fn is_asked_for(deferral: &Deferral, values: &Values<'_>, value: u32) -> bool {
    match values.kind(value) {
        Kind::Number if !deferral.types.has(Types::NUMBERS) => {
            deferral.types.has(Types::INTEGER) && number::is_integer(values.raw(value))
        }
        kind => deferral.types.has(Types::of(kind)),
    }
}

impl Deferrals {
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.noted.clear();
        self.bytes = 0;
    }

    /// Notes a value.
    pub(super) fn note(&mut self, all: &[Deferral], number: u32, values: &Values<'_>, value: u32) {
        if all.get(number as usize).is_some_and(|deferral| is_asked_for(deferral, values, value)) {
            self.noted.push((value, number));
        }
    }

    /// Tells what was noted of an indexed value. `false` if there is more of it than may be.
    pub(super) fn settle(&mut self, all: &[Deferral], values: &Values<'_>, prefix: &dyn Fn() -> String) -> bool {
        let mut noted = std::mem::take(&mut self.noted);
        noted.sort_unstable();
        // Two ways may lead to one schema.
        noted.dedup();
        let mut pointer = if noted.is_empty() { String::new() } else { prefix() };
        let mut levels: Vec<Level<'_>> = Vec::new();
        for (value, number) in &noted {
            while levels.last().is_some_and(|level| *value >= level.end) {
                levels.pop();
            }
            if *value > 0 && levels.is_empty() {
                levels.push(Level::new(values, 0, pointer.len()));
            }
            while let Some(level) = levels.last_mut() {
                if !level.seek(values, *value) {
                    break;
                }
                pointer.truncate(level.length);
                level.push_token(values, &mut pointer);
                let (key, child) = level.at;
                if *value == key || *value == child {
                    break;
                }
                let length = pointer.len();
                levels.push(Level::new(values, child, length));
            }
            let Some(deferral) = all.get(*number as usize) else { continue };
            let entry = values.entry(*value);
            let quote = u32::from(entry.kind == Kind::String);
            self.bytes = self.bytes.saturating_add(pointer.len() + size_of::<Deferred>());
            if self.bytes > MAX_POINTER_BYTES {
                return false;
            }
            self.list.push(Deferred {
                validator: deferral.validator,
                deferral: *number,
                pointer: pointer.clone(),
                start: entry.start - quote,
                end: entry.end + quote,
            });
        }
        true
    }
}
