//! The content codings of files that lie compressed beside the original (RFC 9110 §8.4, §12.5.3).

/// A coding a file may have on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// `br` (RFC 7932).
    Brotli,
    /// `zstd` (RFC 8878).
    Zstd,
    /// `gzip` (RFC 1952).
    Gzip,
}

impl Coding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// The name in `Content-Encoding`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// What the name of a file in this coding ends with.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
            Self::Gzip => ".gz",
        }
    }

    /// The coding with this name; `x-gzip` is `gzip` (RFC 9110 §8.4.1.3).
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        if name.eq_ignore_ascii_case(b"x-gzip") {
            return Some(Self::Gzip);
        }
        Self::ALL.into_iter().find(|coding| name.eq_ignore_ascii_case(coding.name().as_bytes()))
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Brotli => 1,
            Self::Zstd => 2,
            Self::Gzip => 4,
        }
    }
}

/// Some of the codings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CodingSet(u8);

impl CodingSet {
    /// No coding.
    pub const EMPTY: Self = Self(0);

    /// This set and one more.
    #[must_use]
    pub const fn with(self, coding: Coding) -> Self {
        Self(self.0 | coding.bit())
    }

    /// Whether the coding is in it.
    #[must_use]
    pub const fn contains(self, coding: Coding) -> bool {
        self.0 & coding.bit() != 0
    }

    /// What both sets have.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// One bit per coding.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }
}

/// The codings that an `Accept-Encoding` allows: those listed, or all by `*`, unless their weight is 0. Weights above
/// 0 do not order them: which of the variants is best is known here, and any that is acceptable may be sent.
#[must_use]
pub fn accepted_codings(field: Option<&[u8]>) -> CodingSet {
    let (mut allowed, mut refused, mut any) = (CodingSet::EMPTY, CodingSet::EMPTY, false);
    for element in field.unwrap_or_default().split(|&byte| byte == b',') {
        let mut parts = element.split(|&byte| byte == b';');
        let name = parts.next().unwrap_or_default().trim_ascii();
        let is_allowed = parts.all(|parameter| !is_zero_weight(parameter));
        if name == b"*" {
            any = is_allowed;
        } else if let Some(coding) = Coding::from_name(name) {
            if is_allowed {
                allowed = allowed.with(coding);
            } else {
                refused = refused.with(coding);
            }
        }
    }
    if any {
        allowed = Coding::ALL.into_iter().fold(allowed, CodingSet::with);
    }
    // What is refused by name is refused, whatever else the field says.
    CodingSet(allowed.0 & !refused.0)
}

/// `q=0`, `q=0.` to `q=0.000`; a weight that is none refuses, too: less is sent, and nothing wrong.
fn is_zero_weight(parameter: &[u8]) -> bool {
    let parameter = parameter.trim_ascii();
    let [b'q' | b'Q', b'=', weight @ ..] = parameter else { return false };
    let is_weight = weight.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    !is_weight || weight.iter().all(|byte| matches!(byte, b'0' | b'.'))
}
