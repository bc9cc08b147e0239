//! Reads the records of a batch, as JavaScript does.

use nexure_core::engine::layout::{INLINE_BODY_BYTES, kind, request, request_flag};
use nexure_core::engine::{ConnectionId, Engine};

use crate::inputs;

/// A request as a handler sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub connection: ConnectionId,
    pub sequence: u32,
    pub route: u32,
    pub method: u8,
    pub http11: bool,
    pub path: Vec<u8>,
    pub query: Vec<u8>,
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    pub params: Vec<Vec<u8>>,
    pub body: Vec<u8>,
    /// Whether the body is read while it arrives.
    pub streams: bool,
    /// Whether it was found to fit its schemas, and not to; and the status to answer it with in that case.
    pub checked: (bool, bool),
    pub status: u32,
    /// What was made of the parts of the head.
    pub input: Vec<u8>,
}

/// What a batch holds.
#[derive(Default)]
pub struct Records {
    pub requests: Vec<Request>,
    /// Kinds and tokens.
    pub events: Vec<(u32, u32)>,
}

/// The requests in the first `words` words of an arena; bodies that are kept are asked for.
pub fn read_all(arena: &[u32], words: usize, engine: &mut Engine) -> Records {
    let mut records = Records::default();
    let mut at = 0;
    while at < words {
        let size = arena[at + request::WORDS] as usize;
        let record = &arena[at..at + size];
        match record[request::KIND] & 0xff {
            kind::REQUEST | kind::REFUSED => {
                let request = read(record, engine);
                inputs::check(&request);
                records.requests.push(request);
            }
            kind => records.events.push((kind, record[request::SLOT])),
        }
        at += size;
    }
    assert_eq!(at, words);
    records
}

fn read(record: &[u32], engine: &mut Engine) -> Request {
    let bytes: Vec<u8> = record.iter().flat_map(|word| word.to_ne_bytes()).collect();
    let head = &bytes[request::COLUMNS * 4..];
    let cut = |word: u32| head[(word & 0xffff) as usize..][..(word >> 16 & 0x7fff) as usize].to_vec();
    let (kind_word, counts) = (record[request::KIND], record[request::COUNTS]);
    let (fields, params) = ((counts & 0xffff) as usize, (counts >> 16) as usize);
    let spans = &record[record[request::SPANS_AT] as usize / 4..][..fields * 2 + params];
    let connection = ConnectionId { slot: record[request::SLOT], generation: record[request::GENERATION] };
    let sequence = record[request::SEQUENCE];
    let (flags, length) = (kind_word >> 16, record[request::BODY_LENGTH] as usize);
    let body = if flags & request_flag::BODY_KEPT != 0 {
        assert!(length > INLINE_BODY_BYTES);
        engine.kept_body(connection, sequence).map(<[u8]>::to_vec).unwrap_or_default()
    } else {
        assert_eq!(flags & request_flag::BODY_INLINE != 0, length > 0);
        bytes[record[request::BODY_AT] as usize..][..length].to_vec()
    };
    Request {
        connection,
        sequence,
        route: record[request::ROUTE],
        method: (kind_word >> 8 & 0xff) as u8,
        http11: flags & request_flag::HTTP11 != 0,
        path: cut(record[request::PATH]),
        query: cut(record[request::QUERY]),
        fields: spans[..fields * 2].chunks(2).map(|pair| (cut(pair[0]), cut(pair[1]))).collect(),
        params: spans[fields * 2..].iter().map(|word| cut(*word)).collect(),
        body,
        streams: flags & request_flag::BODY_STREAM != 0,
        checked: (flags & request_flag::VALIDATED != 0, flags & request_flag::INVALID != 0),
        status: record[request::VERDICT] & 0xffff,
        input: bytes[record[request::INPUT_AT] as usize..][..record[request::INPUT_LENGTH] as usize].to_vec(),
    }
}
