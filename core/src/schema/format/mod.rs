//! The formats of the drafts, as their standards define them.

macro_rules! formats {
    ($($name:ident = $text:literal $check:path;)*) => {
        /// A format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Format { $($name,)* }

        impl Format {
            /// The format of a name.
            pub(super) fn named(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)* _ => None }
            }

            /// Its name.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Whether a text has it.
            pub(super) fn is_match(self, text: &[u8]) -> bool {
                let Ok(text) = str::from_utf8(text) else { return false };
                match self { $(Self::$name => $check(text),)* }
            }
        }
    };
}

fn any(_: &str) -> bool { true }
formats! {
    DateTime = "date-time" any;
    Date = "date" any;
    Time = "time" any;
    Duration = "duration" any;
    Email = "email" any;
    IdnEmail = "idn-email" any;
    Hostname = "hostname" any;
    IdnHostname = "idn-hostname" any;
    Ipv4 = "ipv4" any;
    Ipv6 = "ipv6" any;
    Uri = "uri" any;
    UriReference = "uri-reference" any;
    Iri = "iri" any;
    IriReference = "iri-reference" any;
    Uuid = "uuid" any;
    UriTemplate = "uri-template" any;
    JsonPointer = "json-pointer" any;
    RelativeJsonPointer = "relative-json-pointer" any;
    Regex = "regex" any;
}
