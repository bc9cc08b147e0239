//! What other encoders write: zlib's, Google's brotli and the zstd command, all of the same text.

use super::decode_in_pieces;
use crate::coding::Coding::{self, Br, Deflate, Gzip, Zstd};

const TEXT: &[u8] = b"The quick brown fox jumps over the lazy dog. The quick brown fox.";

#[test]
fn reads_what_others_write_at_every_split() {
    let encoded: [(&str, Coding, &str); 6] = [
        (
            "zlib, gzip",
            Gzip,
            "1f8b08000000000000030bc94855282ccd4cce56482aca2fcf5348cbaf50c82acd2d2856c82f4b2d5228c94855c849acaa5448c9\
             4fd75308c154ac07008ea5fa9e41000000",
        ),
        (
            "gzip with the name of a file",
            Gzip,
            "1f8b08089441036b0003667800\
             0bc94855282ccd4cce56482aca2fcf5348cbaf50c82acd2d2856c82f4b2d5228014ae72456552aa4e4a7eb2984602ad603008ea5fa9e\
             41000000",
        ),
        (
            "zlib, deflate",
            Deflate,
            "789c0bc94855282ccd4cce56482aca2fcf5348cbaf50c82acd2d2856c82f4b2d5228c94855c849acaa5448c94fd75308c154ac07\
             000ba61769",
        ),
        (
            "brotli 11",
            Br,
            "1b4000882c0e78d3d0955d9710bb172ba9cad092cc8cad415ce6f236c8199e9e0a7b830d3870c802d95fc86ed06985338\
             7c789da1432c27d9fc6d800",
        ),
        (
            "zstd -3, a window of 2 MiB and a checksum",
            Zstd,
            "28b52ffd0458b50100e40254686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920\
             646f672e202e010085892a03a980bdba",
        ),
        (
            "zstd --no-check",
            Zstd,
            "28b52ffd0058b50100e40254686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920\
             646f672e202e010085892a03",
        ),
    ];
    for (writer, coding, hex) in encoded {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        let bytes: Vec<u8> =
            digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
        for cut in 0..=bytes.len() {
            let decoded = decode_in_pieces(coding, &bytes, &[cut], 50, 65);
            assert_eq!(decoded, (TEXT.to_vec(), Ok(())), "{writer} cut at {cut}");
        }
    }
}
