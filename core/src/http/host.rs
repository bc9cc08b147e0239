//! The host of a request: `uri-host [":" port]` (RFC 9110 §7.2, RFC 3986 §3.2.2). The same for the `Host` field and
//! for the authority of an absolute target.

/// The bytes of a `reg-name` but for escapes (RFC 3986 §3.2.2), and for the comma: no host has one, and to whoever
/// joins fields it makes two hosts.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses an index out of range")]
const NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let allowed = b"-._~!$&'()*+;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut index = 0;
    while index < allowed.len() {
        table[allowed[index] as usize] = true;
        index += 1;
    }
    table
};

/// `uri-host [":" port]` (RFC 9110 §7.2): a name or address without user, and a port that is a port.
pub(super) fn is_host(value: &[u8]) -> bool {
    // One pass for what nearly every host is: plain bytes up to the port.
    let end = value.iter().position(|&byte| !is_name_byte(byte)).unwrap_or(value.len());
    let (host_is_valid, rest) = match (value.first(), value.get(end)) {
        // A host is not empty where there is an authority (RFC 9110 §4.2.1).
        (_, None | Some(b':')) => (end > 0, value.get(end..).unwrap_or_default()),
        (Some(b'['), _) => {
            let literal = value.get(1..).unwrap_or_default();
            let end = memchr::memchr(b']', literal).unwrap_or(literal.len());
            let (address, rest) = literal.split_at_checked(end).unwrap_or_default();
            let valid = std::str::from_utf8(address).is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok());
            (valid && !rest.is_empty(), rest.get(1..).unwrap_or_default())
        }
        _ => {
            let end = memchr::memchr(b':', value).unwrap_or(value.len());
            let (name, rest) = value.split_at_checked(end).unwrap_or_default();
            (!name.is_empty() && is_escaped_name(name), rest)
        }
    };
    host_is_valid && (rest.is_empty() || rest.strip_prefix(b":").is_some_and(is_port))
}

fn is_name_byte(byte: u8) -> bool {
    NAME_BYTES.get(usize::from(byte)).copied().unwrap_or(false)
}

/// A name in which `%` begins an escape.
fn is_escaped_name(name: &[u8]) -> bool {
    let plain = |byte: &u8| is_name_byte(*byte);
    let mut parts = name.split(|&byte| byte == b'%');
    parts.next().is_some_and(|first| first.iter().all(plain))
        && parts.all(|part| match part {
            [high, low, rest @ ..] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit() && rest.iter().all(plain),
            _ => false,
        })
}

/// A port may be empty (RFC 3986 §3.2.3).
fn is_port(digits: &[u8]) -> bool {
    let value = |digits: &[u8]| digits.iter().fold(0, |port: u32, digit| port * 10 + u32::from(digit & 0x0f));
    digits.len() <= 5 && digits.iter().all(u8::is_ascii_digit) && value(digits) <= 65_535
}
