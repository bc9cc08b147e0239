//! Heads with a few changes: most of them nearly right, which is where readers differ.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Whole heads the changes begin with.
const HEADS: [&str; 10] = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a/b?c=d HTTP/1.1\r\nHost: example.com:8080\r\nX: y\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "PUT /x HTTP/1.1\r\nHost: [::1]\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http://a:80/b?c HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
    "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n",
];

/// What is put in: single bytes that mean something, and pieces of heads.
const PIECES: [&[u8]; 44] = [
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b" ",
    b"\t",
    b":",
    b",",
    b";",
    b"\0",
    b"\x0b",
    b"\x7f",
    b"\x80",
    b"\xff",
    b"#",
    b"?",
    b"/",
    b"*",
    b"@",
    b"%",
    b"\\",
    b"\"",
    b"(",
    b"0",
    b"1",
    b"+",
    b"-",
    b"x",
    b"a",
    b"http://",
    b"HTTP/1.1",
    b"HTTP/2.0",
    b"HTTP/1.",
    b"Host: b\r\n",
    b"Host:\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 05\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: x\r\n",
    b"Connection: host\r\n",
    b"Expect: x\r\n",
    b"Content-Type: a/b\r\n",
    b"\r\n X: y",
    b"X : y\r\n",
];

#[derive(Clone, Debug)]
enum Change {
    Insert(Index, &'static [u8]),
    Remove(Index),
    Replace(Index, u8),
    Repeat(Index, Index),
    Cut(Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (any::<Index>(), select(PIECES.to_vec())).prop_map(|(at, piece)| Change::Insert(at, piece)),
        3 => any::<Index>().prop_map(Change::Remove),
        3 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Repeat(from, to)),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

/// A head with up to four changes, and sometimes the beginning of another behind it.
pub(super) fn head() -> impl Strategy<Value = Vec<u8>> {
    let more = select(vec![b"".as_slice(), b"", b"GET / HTTP/1.1\r\n", b"hello", b"\r\n"]);
    (select(HEADS.to_vec()), prop::collection::vec(change(), 0..5), more).prop_map(|(head, changes, more)| {
        let mut bytes = head.as_bytes().to_vec();
        for change in changes {
            apply(&mut bytes, &change);
        }
        bytes.extend_from_slice(more);
        bytes
    })
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    let place = |at: &Index, bytes: &Vec<u8>| at.index(bytes.len() + 1);
    match change {
        Change::Insert(at, piece) => {
            let at = place(at, bytes);
            bytes.splice(at..at, piece.iter().copied());
        }
        Change::Remove(at) if !bytes.is_empty() => {
            bytes.remove(at.index(bytes.len()));
        }
        Change::Replace(at, byte) if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Change::Repeat(from, to) => {
            let (from, to) = (place(from, bytes), place(to, bytes));
            let piece = bytes[from.min(to)..from.max(to)].to_vec();
            bytes.splice(from..from, piece);
        }
        Change::Cut(at) => bytes.truncate(place(at, bytes)),
        Change::Remove(_) | Change::Replace(..) => {}
    }
}
