//! Content codings: choosing, encoding and decoding, at once, piece by piece, and on the thread pool.
//!
//! What crosses is copied, both ways: input, because JavaScript may change it while another thread reads; output, so
//! that it has memory of its own. What peers cause is data (`failure`), what the program does wrong throws.

use napi::bindgen_prelude::{AsyncTask, Either, Uint8Array, Unknown};
use napi::{Env, Error, Result, ScopedTask, Status};
use napi_derive::napi;
use nexure_core::coding::{self, Coding, DecodeError};

use super::values;
use crate::guard::guard;

/// A coding, and the levels of its encoder.
#[napi(object, object_from_js = false)]
pub struct CodingLevels {
    /// The name in `Content-Encoding`.
    pub name: String,
    /// The fastest level.
    pub least: u32,
    /// The smallest level.
    pub most: u32,
    /// The level for answers that are made for one request.
    pub fallback: u32,
}

/// What a client can be sent.
#[napi(object, object_from_js = false)]
pub struct CodingChoice {
    /// The coding to use; nothing when content is best sent as it is.
    pub coding: Option<String>,
    /// Whether content may also be sent as it is.
    pub identity: bool,
}

/// Content from some encoded bytes.
#[napi(object, object_from_js = false)]
pub struct Decoded<'env> {
    /// The content.
    #[napi(ts_type = "Uint8Array")]
    pub bytes: Unknown<'env>,
    /// Bytes taken from the input.
    pub consumed: u32,
    /// Whether there may be more content: call again with what was not consumed.
    pub more: bool,
    /// The code of what was wrong.
    pub failure: Option<String>,
}

fn content_bytes(content: &Either<String, Uint8Array>) -> &[u8] {
    match content {
        Either::A(text) => text.as_bytes(),
        Either::B(bytes) => bytes,
    }
}

fn coding_named(name: &str) -> Result<Coding> {
    Coding::from_name(name.as_bytes())
        .ok_or_else(|| Error::new(Status::InvalidArg, format!("{name:?} is no content coding")))
}

fn failed(reason: &dyn std::fmt::Display) -> Error {
    Error::new(Status::GenericFailure, format!("the encoder failed: {reason}"))
}

/// All codings.
#[napi(catch_unwind)]
pub fn codings() -> Vec<CodingLevels> {
    Coding::ALL
        .iter()
        .map(|coding| CodingLevels {
            name: coding.as_str().to_owned(),
            least: *coding.levels().start(),
            most: *coding.levels().end(),
            fallback: coding.default_level(),
        })
        .collect()
}

/// Chooses among the codings in `offered`, which decide ties by their order.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn negotiate_coding(accept_encoding: Option<String>, offered: Vec<String>) -> Result<CodingChoice> {
    let offered = offered.iter().map(|name| coding_named(name)).collect::<Result<Vec<_>>>()?;
    let choice = coding::negotiate(accept_encoding.as_deref().map(str::as_bytes), &offered);
    Ok(CodingChoice { coding: choice.coding.map(|coding| coding.as_str().to_owned()), identity: choice.identity })
}

/// The name of the coding that a `Content-Encoding` names; nothing for one we do not have, or several.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn coding_of(content_encoding: String) -> Option<String> {
    Coding::from_name(content_encoding.trim_ascii().as_bytes()).map(|coding| coding.as_str().to_owned())
}

/// Whether content of a type is worth a coding.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn is_compressible(content_type: String) -> bool {
    coding::compressible(content_type.as_bytes())
}

/// Encodes at once.
#[napi(catch_unwind, ts_return_type = "Uint8Array")]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn encode(env: &Env, coding: String, level: u32, content: Either<String, Uint8Array>) -> Result<Unknown<'_>> {
    let encoded = coding::encode(coding_named(&coding)?, level, content_bytes(&content)).map_err(|e| failed(&e))?;
    values::bytes(env, &encoded)
}

/// Encodes on the thread pool.
#[napi(catch_unwind, ts_return_type = "Promise<Uint8Array>")]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn encode_later(coding: String, level: u32, content: Either<String, Uint8Array>) -> Result<AsyncTask<EncodeTask>> {
    let content = match content {
        Either::A(text) => text.into_bytes(),
        Either::B(bytes) => bytes.to_vec(),
    };
    Ok(AsyncTask::new(EncodeTask { coding: coding_named(&coding)?, level, content }))
}

/// Decodes on the thread pool. What was wrong is in `failure`; then there are no bytes.
#[napi(catch_unwind, ts_return_type = "Promise<Decoded>")]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn decode_later(coding: String, bytes: Uint8Array, max_bytes: f64) -> Result<AsyncTask<DecodeTask>> {
    let coding = coding_named(&coding)?;
    Ok(AsyncTask::new(DecodeTask { coding, encoded: bytes.to_vec(), max_bytes: limit(max_bytes) }))
}

/// A limit that JavaScript has checked, as an integer.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "JavaScript has checked the range")]
fn limit(max_bytes: f64) -> u64 {
    max_bytes as u64
}

/// A body to encode.
pub struct EncodeTask {
    coding: Coding,
    level: u32,
    content: Vec<u8>,
}

impl<'task> ScopedTask<'task> for EncodeTask {
    type Output = Vec<u8>;
    type JsValue = Unknown<'task>;

    fn compute(&mut self) -> Result<Vec<u8>> {
        guard(
            "encode_later",
            || Err(failed(&"it panicked")),
            || coding::encode(self.coding, self.level, &self.content).map_err(|error| failed(&error)),
        )
    }

    fn resolve(&mut self, env: &'task Env, encoded: Vec<u8>) -> Result<Unknown<'task>> {
        values::bytes(env, &encoded)
    }
}

type DecodeResult = std::result::Result<Vec<u8>, DecodeError>;

/// A body to decode.
pub struct DecodeTask {
    coding: Coding,
    encoded: Vec<u8>,
    max_bytes: u64,
}

impl<'task> ScopedTask<'task> for DecodeTask {
    type Output = DecodeResult;
    type JsValue = Decoded<'task>;

    fn compute(&mut self) -> Result<DecodeResult> {
        Ok(guard(
            "decode_later",
            || Err(DecodeError::Malformed),
            || {
                let (mut decoder, mut content) = (coding::Decoder::new(self.coding, self.max_bytes), Vec::new());
                // Without a bound of the room, all there is comes at once, up to the limit.
                decoder.write(&self.encoded, usize::MAX, &mut content)?;
                decoder.finish()?;
                Ok(content)
            },
        ))
    }

    fn resolve(&mut self, env: &'task Env, decoded: DecodeResult) -> Result<Decoded<'task>> {
        let consumed = u32::try_from(self.encoded.len()).unwrap_or(u32::MAX);
        let (content, failure) = match decoded {
            Ok(content) => (content, None),
            Err(error) => (Vec::new(), Some(error.code().to_owned())),
        };
        Ok(Decoded { bytes: values::bytes(env, &content)?, consumed, more: false, failure })
    }
}

/// Encodes one body piece by piece.
#[napi]
pub struct Encoder {
    encoder: Option<coding::Encoder>,
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl Encoder {
    /// An encoder.
    #[napi(constructor, catch_unwind)]
    pub fn new(coding: String, level: u32) -> Result<Self> {
        Ok(Self { encoder: Some(coding::Encoder::new(coding_named(&coding)?, level)) })
    }

    /// Takes content; gives what is encoded, which may be nothing yet.
    #[napi(catch_unwind, ts_return_type = "Uint8Array")]
    pub fn write<'env>(&mut self, env: &'env Env, content: Either<String, Uint8Array>) -> Result<Unknown<'env>> {
        let mut out = Vec::new();
        self.open()?.write(content_bytes(&content), &mut out).map_err(|error| failed(&error))?;
        values::bytes(env, &out)
    }

    /// Gives so much that a decoder can give all content taken so far.
    #[napi(catch_unwind, ts_return_type = "Uint8Array")]
    pub fn flush<'env>(&mut self, env: &'env Env) -> Result<Unknown<'env>> {
        let mut out = Vec::new();
        self.open()?.flush(&mut out).map_err(|error| failed(&error))?;
        values::bytes(env, &out)
    }

    /// Gives the rest, and frees the encoder.
    #[napi(catch_unwind, ts_return_type = "Uint8Array")]
    pub fn finish<'env>(&mut self, env: &'env Env) -> Result<Unknown<'env>> {
        let encoder = self.encoder.take().ok_or_else(ended)?;
        let mut out = Vec::new();
        encoder.finish(&mut out).map_err(|error| failed(&error))?;
        values::bytes(env, &out)
    }

    /// Frees the encoder of a body that is not completed.
    #[napi(catch_unwind)]
    pub fn close(&mut self) {
        self.encoder = None;
    }

    fn open(&mut self) -> Result<&mut coding::Encoder> {
        self.encoder.as_mut().ok_or_else(ended)
    }
}

/// Decodes one body piece by piece.
#[napi]
pub struct Decoder {
    decoder: Option<coding::Decoder>,
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl Decoder {
    /// A decoder that gives at most `max_bytes` of content.
    #[napi(constructor, catch_unwind)]
    pub fn new(coding: String, max_bytes: f64) -> Result<Self> {
        Ok(Self { decoder: Some(coding::Decoder::new(coding_named(&coding)?, limit(max_bytes))) })
    }

    /// Takes encoded bytes from `from` on; gives at most `room` bytes of content.
    #[napi(catch_unwind)]
    pub fn write<'env>(&mut self, env: &'env Env, bytes: Uint8Array, from: u32, room: u32) -> Result<Decoded<'env>> {
        let mut out = Vec::new();
        let input = bytes.get(from as usize..).unwrap_or_default();
        let decoder = self.decoder.as_mut().ok_or_else(ended)?;
        let (consumed, more, failure) = match decoder.write(input, room as usize, &mut out) {
            Ok(progress) => (progress.consumed, progress.more, None),
            Err(error) => (0, false, Some(error.code().to_owned())),
        };
        let consumed = u32::try_from(consumed).unwrap_or(u32::MAX);
        Ok(Decoded { bytes: values::bytes(env, &out)?, consumed, more, failure })
    }

    /// No more bytes come; gives the code of what was wrong, or nothing. Frees the decoder.
    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> Result<Option<String>> {
        let decoder = self.decoder.take().ok_or_else(ended)?;
        Ok(decoder.finish().err().map(|error| error.code().to_owned()))
    }

    /// Frees the decoder of a body that is not wanted any more.
    #[napi(catch_unwind)]
    pub fn close(&mut self) {
        self.decoder = None;
    }
}

fn ended() -> Error {
    Error::new(Status::GenericFailure, "the body has ended")
}
