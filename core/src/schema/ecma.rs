//! Regular expressions as ECMA-262 writes them (§22.2, with the flag `u`), checked and rewritten for `regex-syntax`: the
//! classes, `.`, the escapes, braces and brackets that stand for themselves. Being lenient where nothing can be
//! misunderstood, it takes `\-` and a brace as such, which the flag `u` forbids.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

/// What `.` stands for: no line terminator (§22.2.2.1).
const ANY: &str = r"[^\n\r\u{2028}\u{2029}]";
/// What `\s` stands for (§22.2.2.9), for use within brackets.
const SPACE: &str = r"\t\n\x0b\x0c\r \u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";
/// Groups within each other; chosen.
const MAX_DEPTH: usize = 100;

/// A checked expression.
#[derive(Debug)]
pub(super) struct Translated {
    /// In the syntax of `regex-syntax`.
    pub(super) expression: String,
    /// What it needs that no finite automaton can do.
    pub(super) beyond: Option<&'static str>,
}

struct Translator<'t> {
    chars: Peekable<Chars<'t>>,
    out: String,
    beyond: Option<&'static str>,
    /// What was just read can be repeated.
    atom: bool,
    /// For each open group: whether it can be repeated when it ends.
    groups: Vec<bool>,
}

/// Checks and rewrites; gives the reason if the text is no expression.
pub(super) fn translate(source: &str) -> Result<Translated, String> {
    let mut translator = Translator {
        chars: source.chars().peekable(),
        out: String::with_capacity(source.len() + 16),
        beyond: None,
        atom: false,
        groups: Vec::new(),
    };
    translator.run()?;
    Ok(Translated { expression: translator.out, beyond: translator.beyond })
}

fn literal(out: &mut String, c: char) {
    // `\<` and `\>` are ends of words there.
    if c.is_ascii_punctuation() && !matches!(c, '<' | '>') {
        out.push('\\');
    }
    // `\x0a` and the like stand for themselves outside of verbose mode.
    out.push(c);
}

impl Translator<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(c) = self.chars.next() {
            match c {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' => {
                    self.atom = self.groups.pop().ok_or("a ')' without its '('")?;
                    self.out.push(')');
                }
                '|' | '^' | '$' => {
                    self.out.push(c);
                    self.atom = false;
                }
                '.' => {
                    self.out.push_str(ANY);
                    self.atom = true;
                }
                '*' | '+' | '?' => self.repeat(&c.to_string())?,
                '{' => self.brace()?,
                _ => {
                    literal(&mut self.out, c);
                    self.atom = true;
                }
            }
        }
        if self.groups.is_empty() { Ok(()) } else { Err("a '(' without its ')'".to_owned()) }
    }

    fn repeat(&mut self, times: &str) -> Result<(), String> {
        if !self.atom {
            return Err(format!("nothing to repeat before {times:?}"));
        }
        self.atom = false;
        self.out.push_str(times);
        if self.chars.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        Ok(())
    }

    /// `{2}`, `{2,}`, `{2,3}`, or a brace as such.
    fn brace(&mut self) -> Result<(), String> {
        let ahead: String = self.chars.clone().take_while(|c| *c != '}').take(16).collect();
        let closed = self.chars.clone().nth(ahead.chars().count()) == Some('}');
        let (min, max) = ahead.split_once(',').map_or((ahead.as_str(), None), |(min, max)| (min, Some(max)));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !closed || !is_number(min) || max.is_some_and(|max| !max.is_empty() && !is_number(max)) {
            self.out.push_str(r"\{");
            self.atom = true;
            return Ok(());
        }
        let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
        if max.is_some_and(|max| !max.is_empty() && number(max) < number(min)) {
            return Err("numbers out of order in a repetition".to_owned());
        }
        self.chars.by_ref().find(|c| *c == '}');
        self.repeat(&format!("{{{ahead}}}"))
    }

    fn group(&mut self) -> Result<(), String> {
        if self.groups.len() >= MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} groups within each other"));
        }
        self.atom = false;
        if self.chars.next_if_eq(&'?').is_none() {
            self.groups.push(true);
            self.out.push_str("(?:");
            return Ok(());
        }
        let kind = self.chars.next();
        let next = self.chars.peek().copied();
        let (text, repeatable) = match (kind, next) {
            (Some(':'), _) => ("(?:", true),
            (Some('='), _) => ("(?=", false),
            (Some('!'), _) => ("(?!", false),
            (Some('<'), Some('=')) => ("(?<=", false),
            (Some('<'), Some('!')) => ("(?<!", false),
            (Some('<'), _) => {
                self.group_name()?;
                ("(?:", true)
            }
            _ => return Err("an invalid group".to_owned()),
        };
        match text {
            "(?:" => {}
            "(?=" | "(?!" => self.beyond = self.beyond.or(Some("a look-ahead")),
            _ => {
                self.chars.next();
                self.beyond = Some("a look-behind");
            }
        }
        self.out.push_str(text);
        self.groups.push(repeatable);
        Ok(())
    }

    fn group_name(&mut self) -> Result<(), String> {
        let name: String = self.chars.by_ref().take_while(|c| *c != '>').collect();
        let mut letters = name.chars();
        let is_first = |c: char| c.is_alphabetic() || matches!(c, '_' | '$');
        if letters.next().is_some_and(is_first) && letters.all(|c| is_first(c) || c.is_alphanumeric()) {
            return Ok(());
        }
        Err(format!("the invalid group name {name:?}"))
    }

    fn escape(&mut self) -> Result<(), String> {
        let c = self.chars.next().ok_or("a backslash at the end")?;
        self.atom = !matches!(c, 'b' | 'B');
        match c {
            'd' => self.out.push_str("[0-9]"),
            'D' => self.out.push_str("[^0-9]"),
            'w' => self.out.push_str("[0-9A-Za-z_]"),
            'W' => self.out.push_str("[^0-9A-Za-z_]"),
            's' => drop(write!(self.out, "[{SPACE}]")),
            'S' => drop(write!(self.out, "[^{SPACE}]")),
            'b' => self.out.push_str(r"(?-u:\b)"),
            'B' => self.out.push_str(r"(?-u:\B)"),
            'p' | 'P' => self.property(c)?,
            '1'..='9' => {
                while self.chars.next_if(char::is_ascii_digit).is_some() {}
                self.beyond = Some("a back reference");
            }
            'k' if self.chars.next_if_eq(&'<').is_some() => {
                self.group_name()?;
                self.beyond = Some("a back reference");
            }
            _ => {
                let c = self.character(c)?;
                literal(&mut self.out, c);
            }
        }
        Ok(())
    }

    /// An escape that stands for one character.
    fn character(&mut self, c: char) -> Result<char, String> {
        Ok(match c {
            't' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            '0' if !self.chars.peek().is_some_and(char::is_ascii_digit) => '\0',
            'c' => {
                let letter = self.chars.next_if(char::is_ascii_alphabetic).ok_or(r"an invalid '\c'")?;
                char::from(letter as u8 & 31)
            }
            'x' => self.hex(2).and_then(char::from_u32).ok_or(r"an invalid '\x'")?,
            'u' => self.unicode()?,
            c if c.is_alphanumeric() || c == '_' => return Err(format!("the invalid escape '\\{c}'")),
            c => c,
        })
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        (0..digits).try_fold(0, |value, _| Some(value * 16 + self.chars.next()?.to_digit(16)?))
    }

    fn unicode(&mut self) -> Result<char, String> {
        const INVALID: &str = r"an invalid '\u'";
        if self.chars.next_if_eq(&'{').is_some() {
            let digits: String = self.chars.by_ref().take_while(|c| *c != '}').collect();
            return u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).ok_or_else(|| INVALID.to_owned());
        }
        let first = self.hex(4).ok_or(INVALID)?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let second = (self.chars.next() == Some('\\') && self.chars.next() == Some('u'))
            .then(|| self.hex(4))
            .flatten()
            .ok_or("half of a surrogate pair")?;
        let units = [first, second].map(|unit| u16::try_from(unit).unwrap_or_default());
        match char::decode_utf16(units).next() {
            Some(Ok(c)) => Ok(c),
            _ => Err("half of a surrogate pair".to_owned()),
        }
    }

    /// `\p{...}`; its name is judged by the engine.
    fn property(&mut self, letter: char) -> Result<(), String> {
        if self.chars.next_if_eq(&'{').is_none() {
            return Err(format!("'\\{letter}' without a name in braces"));
        }
        let name: String = self.chars.by_ref().take_while(|c| *c != '}').collect();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '=');
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(format!("the invalid property {name:?}"));
        }
        let _ = write!(self.out, "\\{letter}{{{name}}}");
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        self.atom = true;
        let negated = self.chars.next_if_eq(&'^').is_some();
        if self.chars.next_if_eq(&']').is_some() {
            // Nothing, and anything.
            self.out.push_str(if negated { r"[\x00-\x{10ffff}]" } else { r"[^\x00-\x{10ffff}]" });
            return Ok(());
        }
        self.out.push_str(if negated { "[^" } else { "[" });
        loop {
            let Some(low) = self.class_atom()? else {
                self.out.push(']');
                return Ok(());
            };
            let mut ahead = self.chars.clone();
            let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
            if !is_range {
                self.push_class_char(low);
                continue;
            }
            self.chars.next();
            let Some(high) = self.class_atom()? else { return Err("a '[' without its ']'".to_owned()) };
            match (low, high) {
                (Some(low), Some(high)) if low <= high => {
                    self.push_class_char(Some(low));
                    self.out.push('-');
                    self.push_class_char(Some(high));
                }
                (Some(_), Some(_)) => return Err("a range out of order".to_owned()),
                // The hyphen behind or before a class stands for itself.
                _ => {
                    self.push_class_char(low);
                    self.push_class_char(Some('-'));
                    self.push_class_char(high);
                }
            }
        }
    }

    fn push_class_char(&mut self, c: Option<char>) {
        if let Some(c) = c {
            literal(&mut self.out, c);
        }
    }

    /// One member of a class: `Some(None)` for a class within it, which is written at once; `None` at the end.
    #[allow(clippy::option_option, reason = "the two levels are the three cases")]
    fn class_atom(&mut self) -> Result<Option<Option<char>>, String> {
        let c = self.chars.next().ok_or("a '[' without its ']'")?;
        if c == ']' {
            return Ok(None);
        }
        if c != '\\' {
            return Ok(Some(Some(c)));
        }
        let c = self.chars.next().ok_or("a backslash at the end")?;
        match c {
            'd' => self.out.push_str("0-9"),
            'D' => self.out.push_str("[^0-9]"),
            'w' => self.out.push_str("0-9A-Za-z_"),
            'W' => self.out.push_str("[^0-9A-Za-z_]"),
            's' => self.out.push_str(SPACE),
            'S' => drop(write!(self.out, "[^{SPACE}]")),
            'p' | 'P' => self.property(c)?,
            'b' => return Ok(Some(Some('\u{8}'))),
            c => return self.character(c).map(|c| Some(Some(c))),
        }
        Ok(Some(None))
    }
}
