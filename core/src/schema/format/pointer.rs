//! JSON pointers (RFC 6901) and relative ones (draft-handrews-relative-json-pointer-01).

pub(super) fn is_pointer(text: &str) -> bool {
    (text.is_empty() || text.starts_with('/')) && text.split('~').skip(1).all(|behind| behind.starts_with(['0', '1']))
}

pub(super) fn is_relative_pointer(text: &str) -> bool {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(end);
    !number.is_empty() && (number == "0" || !number.starts_with('0')) && (rest == "#" || is_pointer(rest))
}
