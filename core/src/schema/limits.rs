//! What texts may be: how large, and what is accepted of that which readers understand differently.

/// What a text may be. The fields are read at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct JsonLimits {
    /// Arrays and objects within each other, 1 to 1024. Default 64.
    pub max_depth: u32,
    /// Keys of one object. Default 10 000.
    pub max_keys: u32,
    /// Bytes of a key as it is written. Default 1024.
    pub max_key_bytes: u32,
    /// Bytes of a string as it is written. Default: as long as the text.
    pub max_string_bytes: u32,
    /// Bytes of a number, 1 to 65 536. Default 1024.
    pub max_number_bytes: u32,
    /// Accepts an object that has a key twice. Default `false`.
    pub duplicate_keys: bool,
    /// Accepts `__proto__`, and `constructor` with a `prototype`. Default `false`.
    pub prototype_keys: bool,
    /// Accepts `"\ud800"`. Default `false`.
    pub lone_surrogates: bool,
    /// Passes over a byte order mark. Default `false`.
    pub byte_order_mark: bool,
    /// Accepts `1e999`, which JavaScript reads as infinity. Default `false`.
    pub not_finite: bool,
    /// Accepts integers beyond 2^53 - 1 where a schema asks for `integer` or `number`. Default `false`: JavaScript would
    /// read another number, so they break the schema (`unsafe_integer`), unless it says `format: int64` or `uint64`.
    pub unsafe_integers: bool,
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self {
            max_depth: 64,
            max_keys: 10_000,
            max_key_bytes: 1024,
            max_string_bytes: u32::MAX,
            max_number_bytes: 1024,
            duplicate_keys: false,
            prototype_keys: false,
            lone_surrogates: false,
            byte_order_mark: false,
            not_finite: false,
            unsafe_integers: false,
        }
    }
}
