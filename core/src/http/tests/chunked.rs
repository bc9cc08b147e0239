//! The chunked coding as a client may spell it, at every split.

use super::chunked_oracle::decode_in_pieces;
use crate::http::ChunkedError::{Malformed, TooLarge};

const LIMIT: u64 = 1 << 20;

#[test]
fn decodes_bodies_at_every_split() {
    let bodies: [(&[u8], &[u8]); 11] = [
        (b"0\r\n\r\n", b""),
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", b"hello world"),
        (b"A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
        (b"a\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n\r\n\r\n\r\n\r\n"),
        (b"0000000000000001\r\nx\r\n0000\r\n\r\n", b"x"),
        (b"1;a\r\nx\r\n1;a=b;c=\"d e\"\r\ny\r\n0;last\r\n\r\n", b"xy"),
        (b"1;a=\"\\\"\\\\\"\r\nx\r\n0\r\n\r\n", b"x"),
        (b"1;a=b;c=\"\xff; =\\\t\";d\r\nx\r\n0\r\n\r\n", b"x"),
        (b"1;a=\"\"\r\nx\r\n0\r\n\r\n", b"x"),
        (b"1\r\nx\r\n0\r\nA: b\r\nC:\r\nD: \xff\t \r\n\r\n", b"x"),
    ];
    for (body, content) in bodies {
        let more = [body, b"GET /"].concat();
        for cut in 0..=more.len() {
            let decoded = decode_in_pieces(&more, LIMIT, &[cut]);
            assert_eq!(
                decoded,
                (content.to_vec(), Ok((body.len(), true))),
                "cut at {cut}: {:?}",
                body.escape_ascii().to_string()
            );
        }
        let every_byte: Vec<usize> = (0..more.len()).collect();
        assert_eq!(decode_in_pieces(&more, LIMIT, &every_byte), (content.to_vec(), Ok((body.len(), true))));
        for end in 0..body.len() {
            let (_, result) = decode_in_pieces(&body[..end], LIMIT, &[]);
            assert_eq!(result, Ok((end, false)), "{end} bytes are not the whole");
        }
    }
}

#[test]
fn refuses_what_another_reader_could_read_differently() {
    // RFC 9112 §7.1
    let bodies: [&[u8]; 42] = [
        b"5\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"5\r\nhello\r0\r\n\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"5\r\nhelloo\r\n0\r\n\r\n",
        b"5\r\r\nhello\r\n0\r\n\r\n",
        b" 5\r\nhello\r\n0\r\n\r\n",
        b"5 \r\nhello\r\n0\r\n\r\n",
        b"+5\r\nhello\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"5_\r\nhello\r\n0\r\n\r\n",
        b"\r\nhello\r\n0\r\n\r\n",
        b";a\r\nhello\r\n0\r\n\r\n",
        b"g\r\nhello\r\n0\r\n\r\n",
        b"5;a\nhello\r\n0\r\n\r\n",
        b"5;a=\"\r\nhello\r\n0\r\n\r\n",
        b"5;\0\r\nhello\r\n0\r\n\r\n",
        b"5;\r\nhello\r\n0\r\n\r\n",
        b"5; \r\nhello\r\n0\r\n\r\n",
        b"5;;a\r\nhello\r\n0\r\n\r\n",
        b"5;a;\r\nhello\r\n0\r\n\r\n",
        b"5;a \r\nhello\r\n0\r\n\r\n",
        b"5;a=\r\nhello\r\n0\r\n\r\n",
        b"5;=b\r\nhello\r\n0\r\n\r\n",
        b"5;a=b=c\r\nhello\r\n0\r\n\r\n",
        b"5;a[=b\r\nhello\r\n0\r\n\r\n",
        b"5;a b\r\nhello\r\n0\r\n\r\n",
        b"5;a=b c\r\nhello\r\n0\r\n\r\n",
        b"5;a=\"b\"c\r\nhello\r\n0\r\n\r\n",
        b"5;a=\"b\\\r\nhello\r\n0\r\n\r\n",
        b"5;a=\xff\r\nhello\r\n0\r\n\r\n",
        b"5; a\r\nhello\r\n0\r\n\r\n",
        b"5;a =b\r\nhello\r\n0\r\n\r\n",
        b"5;a=\tb\r\nhello\r\n0\r\n\r\n",
        b"5;a=\"b\" ;c\r\nhello\r\n0\r\n\r\n",
        b"5 ;a\r\nhello\r\n0\r\n\r\n",
        b"5;a\r\r\nhello\r\n0\r\n\r\n",
        b"0\r\n\n",
        b"0\r\n A: b\r\n\r\n",
        b"0\r\nA : b\r\n\r\n",
        b"0\r\nA: b\nC: d\r\n\r\n",
    ];
    for body in bodies {
        let every_byte: Vec<usize> = (0..body.len()).collect();
        for cuts in [&[][..], &every_byte] {
            let (_, result) = decode_in_pieces(body, LIMIT, cuts);
            assert_eq!(result, Err(Malformed), "{:?}", body.escape_ascii().to_string());
        }
    }
}

#[test]
fn counts_content_against_the_limit_before_it_comes() {
    assert_eq!(decode_in_pieces(b"5\r\nhello\r\n0\r\n\r\n", 5, &[]).1, Ok((15, true)));
    assert_eq!(decode_in_pieces(b"5", 4, &[]), (vec![], Err(TooLarge)));
    assert_eq!(decode_in_pieces(b"3\r\nabc\r\n3", 5, &[]), (b"abc".to_vec(), Err(TooLarge)));
    assert_eq!(decode_in_pieces(b"ffffffffffffffff", u64::MAX, &[]).1, Ok((16, false)));
    assert_eq!(decode_in_pieces(b"1\r\nx\r\nffffffffffffffff", u64::MAX - 1, &[]).1, Err(TooLarge));
    assert_eq!(decode_in_pieces(b"0\r\n\r\n", 0, &[]).1, Ok((5, true)));
}
