//! What a schema says of values beyond which are right: the keywords `default`, `x-sanitize`, `x-coerce`, `x-unknown` and
//! `x-as`, and those that an application defines.

use super::compile::{Compiler, Keyword};
use super::custom::{CustomFormat, Deferral};
use super::error::{SchemaError, SchemaProblem};
use super::options::Unknown;
use super::program::{CustomRule, NumberRule, StringRule, Types};
use super::reader::Kind;
use super::rewrite::Step;
use super::rules::Rules;
use super::validate::{ValidatorOptions, Verdict};
use super::whole::Whole;

/// What one schema says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// `x-sanitize`, in the order in which it is done.
    pub(super) sanitise: Vec<Step>,
    /// `x-coerce`.
    pub(super) coerce: Option<bool>,
    /// `x-unknown`.
    pub(super) unknown: Option<Unknown>,
    /// `x-as`: the formats that must be there.
    pub(super) convert: Option<&'static [&'static str]>,
    /// `default`, as JSON.
    pub(super) default: Option<Box<[u8]>>,
    /// A `format` of integers.
    pub(super) whole: Option<Whole>,
}

impl Shape {
    /// The first keyword that only counts where a rewriting comes by; `default` where it is to be filled in.
    pub(super) fn keyword(&self, fills: bool) -> Option<&'static str> {
        if fills && self.default.is_some() {
            Some("default")
        } else if !self.sanitise.is_empty() {
            Some("x-sanitize")
        } else if self.coerce.is_some() {
            Some("x-coerce")
        } else {
            self.unknown.is_some().then_some("x-unknown")
        }
    }
}

impl Compiler<'_> {
    /// The value of a keyword as JSON.
    pub(super) fn json(&self, keyword: &Keyword<'_>) -> Vec<u8> {
        let raw = self.library.values(keyword.place.document).raw(keyword.place.value);
        if self.kind(keyword.place) == Kind::String { [b"\"", raw, b"\""].concat() } else { raw.to_vec() }
    }

    /// A keyword with one of a few strings for its value; `None` where it is another and nobody is strict.
    fn word<T>(
        &self,
        keyword: &Keyword<'_>,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, SchemaError> {
        let text = self.library.values(keyword.place.document).text(keyword.place.value);
        match text.and_then(|text| read(&text)) {
            None if self.options.strict => Err(self.problem_at(keyword, SchemaProblem::Value(expected))),
            found => Ok(found),
        }
    }

    /// Collects a keyword that the drafts do not have; `false` if nobody has it.
    pub(super) fn extension(&mut self, rules: &mut Rules, keyword: &Keyword<'_>) -> Result<bool, SchemaError> {
        match keyword.name {
            "x-sanitize" => rules.shape.sanitise = self.steps(keyword)?,
            "x-coerce" if self.kind(keyword.place) == Kind::False => rules.shape.coerce = Some(false),
            "x-coerce" => {
                rules.shape.coerce = self.word(keyword, "false, \"off\" or \"lossless\"", |word| match word {
                    "off" => Some(false),
                    "lossless" => Some(true),
                    _ => None,
                })?;
            }
            "x-unknown" => {
                rules.shape.unknown = self.word(keyword, "\"keep\", \"strip\" or \"refuse\"", |word| match word {
                    "keep" => Some(Unknown::Keep),
                    "strip" => Some(Unknown::Strip),
                    "refuse" => Some(Unknown::Refuse),
                    _ => None,
                })?;
            }
            "x-as" => {
                rules.shape.convert = self.word(keyword, "\"bigint\" or \"date\"", |word| match word {
                    "bigint" => Some(&["int64", "uint64"][..]),
                    "date" => Some(&["date-time", "date"][..]),
                    _ => None,
                })?;
            }
            "x-validate" => {
                let name = self.library.values(keyword.place.document).text(keyword.place.value);
                let known = name.filter(|name| self.options.custom.keywords.contains_key(name));
                let Some(name) = known else {
                    return Err(self.problem_at(keyword, SchemaProblem::Value("the name of a keyword that is defined")));
                };
                self.custom_keyword(rules, keyword, &name, b"null")?;
            }
            name if self.options.custom.keywords.contains_key(name) => {
                let params = self.json(keyword);
                self.custom_keyword(rules, keyword, name, &params)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn steps(&self, keyword: &Keyword<'_>) -> Result<Vec<Step>, SchemaError> {
        let values = self.library.values(keyword.place.document);
        let steps: Option<Vec<Step>> = values
            .elements(keyword.place.value)
            .map(|step| values.text(step).and_then(|name| Step::named(&name)))
            .collect();
        match steps.filter(|steps| !steps.is_empty()) {
            None if self.options.strict => {
                let expected = "an array of \"trim\", \"nfc\", \"lowercase\", \"stripControl\" and \"escapeHtml\"";
                Err(self.problem_at(keyword, SchemaProblem::Value(expected)))
            }
            steps => Ok(steps.unwrap_or_default()),
        }
    }

    fn custom_keyword(
        &mut self,
        rules: &mut Rules,
        keyword: &Keyword<'_>,
        name: &str,
        params: &[u8],
    ) -> Result<(), SchemaError> {
        let Some(custom) = self.options.custom.keywords.get(name) else { return Ok(()) };
        let mut types = if custom.types.is_empty() { Types::ALL } else { Types::NONE };
        for name in &custom.types {
            let expected = SchemaProblem::Value("a keyword that is defined for types that exist");
            types = types.with(Types::named(name).ok_or_else(|| self.problem_at(keyword, expected))?);
        }
        if let Some(schema) = custom.params.as_ref().filter(|_| keyword.name != "x-validate")
            && schema.validator(ValidatorOptions::default()).validate(params) != Verdict::Valid
        {
            return Err(self.problem_at(keyword, SchemaProblem::Value("what the definition of the keyword allows")));
        }
        self.defer(
            rules,
            keyword,
            Deferral {
                validator: custom.validator,
                name: name.to_owned(),
                params: String::from_utf8_lossy(params).into_owned(),
                schema: String::new(),
                types,
            },
        );
        Ok(())
    }

    fn defer(&mut self, rules: &mut Rules, keyword: &Keyword<'_>, mut deferral: Deferral) {
        deferral.schema = self.location_of(keyword);
        rules.deferred.push(u32::try_from(self.deferrals.len()).unwrap_or(u32::MAX));
        self.deferrals.push(deferral);
    }

    /// Collects a `format` that the drafts do not have; `false` if nobody has it.
    pub(super) fn custom_format(
        &mut self,
        rules: &mut Rules,
        keyword: &Keyword<'_>,
        name: &str,
    ) -> Result<bool, SchemaError> {
        let asserts = rules.asserts_formats;
        match self.options.custom.formats.get(name) {
            Some(CustomFormat::Values(values)) => {
                let mut values: Vec<Box<[u8]>> = values.iter().map(|value| Box::from(value.as_bytes())).collect();
                values.sort_unstable();
                if asserts {
                    rules.strings.push(StringRule::Custom(name.to_owned(), CustomRule::Values(values.into())));
                }
            }
            Some(CustomFormat::Pattern(source)) => {
                let pattern = self.pattern(source, keyword)?;
                if asserts {
                    rules.strings.push(StringRule::Custom(name.to_owned(), CustomRule::Pattern(pattern)));
                }
            }
            Some(CustomFormat::Deferred(validator)) => {
                if asserts {
                    self.defer(
                        rules,
                        keyword,
                        Deferral {
                            validator: *validator,
                            name: name.to_owned(),
                            params: "null".to_owned(),
                            schema: String::new(),
                            types: Types::STRING,
                        },
                    );
                }
            }
            None => match Whole::named(name) {
                Some(whole) => {
                    rules.shape.whole = Some(whole);
                    if asserts {
                        rules.numbers.push(NumberRule::Format(whole));
                    }
                }
                // What doubles hold, which is every number that is read.
                None => return Ok(matches!(name, "float" | "double")),
            },
        }
        Ok(true)
    }
}
