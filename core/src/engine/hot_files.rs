//! Routes whose files are answered from memory, without JavaScript.

use std::cell::RefCell;
use std::rc::Rc;

use super::problem::Problem;
use crate::files::{Conditions, FileIdentity, FileMount, FileRequest, FileTime, HotFile, HotSet, Segment};
use crate::http::{FieldSpan, Span};

/// Asks the system for what tells a changed file, by its path.
pub type Identify = fn(&str) -> Option<FileIdentity>;

/// The files of one route.
#[derive(Clone, Debug)]
pub struct HotFiles {
    /// How paths are judged and files answered.
    pub mount: FileMount,
    /// What is in memory.
    pub set: Rc<RefCell<HotSet>>,
    /// Asked at most once per file and turn.
    pub identify: Identify,
}

/// An answer from memory.
pub(super) struct FileAnswer {
    pub status: u16,
    pub fields: String,
    pub body: Vec<u8>,
    /// With 412 and 416.
    pub problem: Option<Problem>,
}

/// The fields of a request that decide about its file.
#[derive(Default)]
struct Asked<'a> {
    request: FileRequest<'a>,
    accept_encoding: Option<&'a [u8]>,
    is_plain: bool,
}

impl HotFiles {
    /// Lets `give` answer with the file that a request names, if it is in memory and unchanged; `false` if it is not.
    /// `give` gets field lines and content of the whole file, or a planned answer.
    pub(super) fn answer(
        &self,
        raw: &[u8],
        is_head: bool,
        head: (&[u8], &[FieldSpan]),
        (turn, now): (u64, FileTime),
        give: impl FnOnce(Result<&HotFile, FileAnswer>),
    ) -> bool {
        let Some(asked) = asked(head.0, head.1, is_head) else { return false };
        let Ok(mut set) = self.set.try_borrow_mut() else { return false };
        let Some(file) = self.mount.find_hot(&mut set, raw, asked.accept_encoding, turn, self.identify) else {
            return false;
        };
        if asked.is_plain {
            give(Ok(file));
            return true;
        }
        let plan = file.plan(&asked.request, now);
        let mut body = Vec::new();
        for segment in &plan.segments {
            match segment {
                Segment::Bytes(bytes) => body.extend_from_slice(bytes),
                Segment::File(part) => {
                    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
                    body.extend_from_slice(file.bytes().get(place(part.start)..place(part.end)).unwrap_or_default());
                }
            }
        }
        if is_head {
            // Its length is told, and it is not sent.
            body.extend_from_slice(file.bytes());
        }
        let problem =
            plan.error.map(|error| Problem { status: error.status(), code: error.code(), detail: error.detail() });
        give(Err(FileAnswer { status: plan.status, fields: plan.fields, body, problem }));
        true
    }
}

/// Reads the fields that matter; `None` when one of them repeats, which is for JavaScript to join.
fn asked<'a>(head: &'a [u8], fields: &[FieldSpan], is_head: bool) -> Option<Asked<'a>> {
    let mut asked = Asked { is_plain: true, ..Asked::default() };
    asked.request.is_head = is_head;
    let Conditions { if_match, if_none_match, if_modified_since, if_unmodified_since, if_range } =
        &mut asked.request.conditions;
    for FieldSpan { name, value } in fields {
        let (place, is_plain) = match field_of(*name, head) {
            b"accept-encoding" => (&mut asked.accept_encoding, true),
            b"if-match" => (&mut *if_match, false),
            b"if-none-match" => (&mut *if_none_match, false),
            b"if-modified-since" => (&mut *if_modified_since, false),
            b"if-unmodified-since" => (&mut *if_unmodified_since, false),
            b"if-range" => (&mut *if_range, false),
            b"range" => (&mut asked.request.range, false),
            _ => continue,
        };
        if place.replace(value.slice(head)).is_some() {
            return None;
        }
        asked.is_plain &= is_plain;
    }
    Some(asked)
}

/// The lower-case name of a field, if it is one of those above.
fn field_of(name: Span, head: &[u8]) -> &'static [u8] {
    const KNOWN: [&[u8]; 7] = [
        b"accept-encoding",
        b"if-match",
        b"if-none-match",
        b"if-modified-since",
        b"if-unmodified-since",
        b"if-range",
        b"range",
    ];
    let name = name.slice(head);
    if !matches!(name.first(), Some(b'a' | b'A' | b'i' | b'I' | b'r' | b'R')) {
        return b"";
    }
    KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or_default()
}
