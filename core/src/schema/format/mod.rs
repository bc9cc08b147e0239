//! The formats of the drafts, as the standards define them that they name. Each reads its text once.

mod address;
mod email;
mod host;
mod idna;
mod idna_tables;
mod pointer;
mod punycode;
mod resource;
mod template;
mod time;

use super::ecma;

macro_rules! formats {
    ($($name:ident = $text:literal $check:path;)*) => {
        /// A format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Format {
            $($name,)*
        }

        impl Format {
            /// The format of a name.
            pub(super) fn named(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// Its name.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Whether a text has it. Half of a surrogate pair has no format.
            pub(super) fn is_match(self, text: &[u8]) -> bool {
                let Ok(text) = str::from_utf8(text) else { return false };
                match self {
                    $(Self::$name => $check(text),)*
                }
            }
        }
    };
}

formats! {
    DateTime = "date-time" time::is_date_time;
    Date = "date" time::is_date;
    Time = "time" time::is_time;
    Duration = "duration" time::is_duration;
    Email = "email" email::is_email;
    IdnEmail = "idn-email" email::is_idn_email;
    Hostname = "hostname" host::is_hostname;
    IdnHostname = "idn-hostname" host::is_idn_hostname;
    Ipv4 = "ipv4" address::is_ipv4;
    Ipv6 = "ipv6" address::is_ipv6;
    Uri = "uri" resource::is_uri;
    UriReference = "uri-reference" resource::is_uri_reference;
    Iri = "iri" resource::is_iri;
    IriReference = "iri-reference" resource::is_iri_reference;
    Uuid = "uuid" address::is_uuid;
    UriTemplate = "uri-template" template::is_uri_template;
    JsonPointer = "json-pointer" pointer::is_pointer;
    RelativeJsonPointer = "relative-json-pointer" pointer::is_relative_pointer;
    Regex = "regex" is_regex;
}

fn is_regex(text: &str) -> bool {
    ecma::translate(text).is_ok()
}
