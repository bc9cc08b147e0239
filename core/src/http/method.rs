//! Request methods the router can hold, and sets of them (RFC 9110 §9, RFC 5789 for PATCH).

use std::fmt;

/// A request method. The numbers are part of the batch layout that JavaScript reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Method {
    /// `GET`
    Get = 0,
    /// `HEAD`
    Head = 1,
    /// `POST`
    Post = 2,
    /// `PUT`
    Put = 3,
    /// `PATCH`
    Patch = 4,
    /// `DELETE`
    Delete = 5,
    /// `OPTIONS`
    Options = 6,
}

impl Method {
    /// Every method, in the order of its number.
    pub const ALL: [Self; 7] = [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Options];

    /// Parses a method token; methods are case-sensitive (RFC 9110 §9.1). `None` for any other token.
    #[must_use]
    pub const fn parse(token: &[u8]) -> Option<Self> {
        Some(match token {
            b"GET" => Self::Get,
            b"HEAD" => Self::Head,
            b"POST" => Self::Post,
            b"PUT" => Self::Put,
            b"PATCH" => Self::Patch,
            b"DELETE" => Self::Delete,
            b"OPTIONS" => Self::Options,
            _ => return None,
        })
    }

    /// The token as it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }

    /// The method with this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Get,
            1 => Self::Head,
            2 => Self::Post,
            3 => Self::Put,
            4 => Self::Patch,
            5 => Self::Delete,
            6 => Self::Options,
            _ => return None,
        })
    }
}

/// A set of methods, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MethodSet(u8);

impl MethodSet {
    /// The set without members.
    pub const EMPTY: Self = Self(0);

    /// The set of every method.
    pub const ALL: Self = Self(0x7f);

    /// Whether the set has no members.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// This set with `method` in it.
    #[must_use]
    pub const fn with(self, method: Method) -> Self {
        Self(self.0 | (1 << method as u8))
    }

    /// The members of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `method` is a member.
    #[must_use]
    pub const fn contains(self, method: Method) -> bool {
        self.0 & (1 << method as u8) != 0
    }
}

/// Writes the members as an `Allow` field value: `GET, HEAD` (RFC 9110 §10.2.1).
impl fmt::Display for MethodSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for method in Method::ALL {
            if self.contains(method) {
                if !first {
                    out.write_str(", ")?;
                }
                out.write_str(method.as_str())?;
                first = false;
            }
        }
        Ok(())
    }
}
