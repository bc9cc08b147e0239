//! The check of the `post` scenario's body: one pass over the bytes, no tree, no allocation.
//!
//! It holds the same rules as the other servers: `name` 1 to 100 characters, `age` an integer of 0 to 150, `email` with one
//! `@` and no white space, `role` one of three words, `tags` at most ten strings; each required. Where those servers would
//! accept a spelling this one does not know (an escape in a string, a member with another name), it refuses.

/// Whether the bytes are a JSON object that is a valid user.
pub fn is_user(body: &[u8]) -> bool {
    let mut cursor = Cursor { rest: body };
    cursor.user().is_some_and(|seen| seen == EVERY_MEMBER) && cursor.at_end()
}

/// One bit per member: name, age, email, role, tags.
const EVERY_MEMBER: u8 = 0b1_1111;

struct Cursor<'body> {
    rest: &'body [u8],
}

impl<'body> Cursor<'body> {
    /// Reads the object; the bits of the members it had, or `None` at the first thing that is wrong.
    fn user(&mut self) -> Option<u8> {
        let mut seen = 0_u8;
        self.token(b'{')?;
        loop {
            let name = self.string()?;
            self.token(b':')?;
            let bit = match name {
                b"name" => (1..=100).contains(&characters(self.string()?)).then_some(1)?,
                b"age" => (self.integer()? <= 150).then_some(2)?,
                b"email" => is_email(self.string()?).then_some(4)?,
                b"role" => matches!(self.string()?, b"admin" | b"editor" | b"reader").then_some(8)?,
                b"tags" => (self.strings()? <= 10).then_some(16)?,
                _ => return None,
            };
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            if self.token(b',').is_none() {
                self.token(b'}')?;
                return Some(seen);
            }
        }
    }

    fn skip_space(&mut self) {
        while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn token(&mut self, wanted: u8) -> Option<()> {
        self.skip_space();
        let (first, rest) = self.rest.split_first()?;
        (*first == wanted).then(|| self.rest = rest)
    }

    fn string(&mut self) -> Option<&'body [u8]> {
        self.token(b'"')?;
        let end = self.rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix(b"\"")?;
        std::str::from_utf8(text).is_ok().then_some(text)
    }

    /// A whole number of at most three digits, without sign, fraction, exponent or leading zero.
    fn integer(&mut self) -> Option<u32> {
        self.skip_space();
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at_checked(length)?;
        let leading_zero = length > 1 && digits.starts_with(b"0");
        if length == 0 || length > 3 || leading_zero || matches!(rest.first(), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        self.rest = rest;
        Some(digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')))
    }

    /// An array of strings; how many it holds.
    fn strings(&mut self) -> Option<usize> {
        self.token(b'[')?;
        if self.token(b']').is_some() {
            return Some(0);
        }
        let mut count = 0;
        loop {
            self.string()?;
            count += 1;
            if self.token(b',').is_none() {
                self.token(b']')?;
                return Some(count);
            }
        }
    }

    fn at_end(&mut self) -> bool {
        self.skip_space();
        self.rest.is_empty()
    }
}

fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

fn is_email(text: &[u8]) -> bool {
    let mut parts = text.split(|byte| *byte == b'@');
    let (Some(local), Some(domain), None) = (parts.next(), parts.next(), parts.next()) else { return false };
    !local.is_empty() && !domain.is_empty() && !text.iter().any(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"name":"Ada","age":36,"email":"ada@example.org","role":"admin","tags":["a","b"]}"#;

    fn with(from: &str, to: &str) -> bool {
        is_user(GOOD.replace(from, to).as_bytes())
    }

    #[test]
    fn accepts_a_valid_user_with_or_without_white_space() {
        assert!(is_user(GOOD.as_bytes()));
        assert!(with(",", " ,\n\t"));
        assert!(with(r#"["a","b"]"#, "[]"));
    }

    #[test]
    fn accepts_the_bounds_and_refuses_what_lies_outside() {
        assert!(with("36", "0") && with("36", "150"));
        assert!(!with("36", "151") && !with("36", "-1") && !with("36", "1.5") && !with("36", "007"));
        assert!(with("Ada", &"é".repeat(100)) && !with("Ada", &"é".repeat(101)) && !with("Ada", ""));
        assert!(!with(r#"["a","b"]"#, r#"["","","","","","","","","","",""]"#));
    }

    #[test]
    fn refuses_wrong_words_and_types() {
        assert!(!with("ada@example.org", "ada") && !with("ada@example.org", "a@b@c"));
        assert!(!with(r#""admin""#, r#""root""#) && !with("36", r#""36""#) && !with(r#""Ada""#, "1"));
    }

    #[test]
    fn refuses_missing_repeated_and_unknown_members_and_bytes_behind_the_object() {
        assert!(!with(r#""age":36,"#, "") && !with(r#""age":36,"#, r#""age":36,"age":36,"#));
        assert!(!with(r#""age":36,"#, r#""age":36,"size":1,"#) && !is_user(format!("{GOOD}x").as_bytes()));
        assert!(!is_user(b"") && !is_user(b"{}") && !is_user(b"[]") && !with("}", ""));
    }
}
