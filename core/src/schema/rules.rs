//! One schema while it is compiled: what each keyword says, collected in the order of the text and put together at its
//! end.

use super::canonical;
use super::compile::{Compiler, Keyword};
use super::error::{SchemaError, SchemaProblem};
use super::number::{Bound, Divisor, Number};
use super::options::Draft;
use super::program::{
    Applied, ArrayRules, Choices, Contains, Dependent, Node, NodeId, NumberRule, ObjectRules, StringRule, Types,
};
use super::reader::Kind;
use super::refs::Place;
use super::shape::Shape;

/// What was collected.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) id: NodeId,
    pub(super) asserts_formats: bool,
    pub(super) types: Option<Types>,
    pub(super) choices: Vec<Choices>,
    pub(super) numbers: Vec<NumberRule>,
    pub(super) strings: Vec<StringRule>,
    pub(super) object: ObjectRules,
    required: Vec<u32>,
    patterns: Vec<(u32, NodeId)>,
    dependent: Vec<Dependent>,
    dependent_schemas: Vec<(u32, NodeId)>,
    pub(super) array: ArrayRules,
    pub(super) applied: Vec<Applied>,
    condition: [Option<NodeId>; 3],
    contains: Option<NodeId>,
    pub(super) min_contains: Option<u64>,
    pub(super) max_contains: Option<u64>,
    additional_items: Option<NodeId>,
    unevaluated_properties: Option<NodeId>,
    unevaluated_items: Option<NodeId>,
    encoded: bool,
    media: bool,
    /// The name of its format.
    pub(super) format: Option<String>,
    pub(super) shape: Shape,
    pub(super) deferred: Vec<u32>,
}

impl Rules {
    pub(super) fn new(id: NodeId, asserts_formats: bool) -> Self {
        Self {
            id,
            asserts_formats,
            types: None,
            choices: Vec::new(),
            numbers: Vec::new(),
            strings: Vec::new(),
            object: ObjectRules::default(),
            required: Vec::new(),
            patterns: Vec::new(),
            dependent: Vec::new(),
            dependent_schemas: Vec::new(),
            array: ArrayRules::default(),
            applied: Vec::new(),
            condition: [None; 3],
            contains: None,
            min_contains: None,
            max_contains: None,
            additional_items: None,
            unevaluated_properties: None,
            unevaluated_items: None,
            encoded: false,
            media: false,
            format: None,
            shape: Shape::default(),
            deferred: Vec::new(),
        }
    }

    /// The names that must be there.
    pub(super) fn required_names(&self) -> impl Iterator<Item = (&[u8], bool)> {
        self.required
            .iter()
            .filter_map(|number| self.object.names.get(*number))
            .map(|name| (&*name.text, name.node.is_some()))
    }

    pub(super) fn has_patterns(&self) -> bool {
        !self.patterns.is_empty()
    }

    pub(super) fn into_node(mut self, node: &mut Node, draft: Draft) {
        node.types = self.types.unwrap_or(Types::ALL);
        if let [Some(condition), then, otherwise] = self.condition
            && (then.is_some() || otherwise.is_some())
        {
            self.applied.push(Applied::If { condition, then, otherwise });
        } else if let [Some(condition), ..] = self.condition {
            // Its annotations count, whatever it says.
            self.applied.push(Applied::If { condition, then: None, otherwise: None });
        }
        if self.encoded || self.media {
            self.strings.push(if self.media { StringRule::Json { base64: self.encoded } } else { StringRule::Base64 });
        }
        self.object.names.finish();
        self.object.required_bits =
            self.required.iter().fold(0, |bits, number| bits | 1u64.checked_shl(*number).unwrap_or(0));
        self.object.required = self.required.into();
        self.object.patterns = self.patterns.into();
        self.object.dependent = self.dependent.into();
        self.object.dependent_schemas = self.dependent_schemas.into();
        let object = &self.object;
        if object.min.is_some()
            || object.max.is_some()
            || object.names.len() > 0
            || !object.patterns.is_empty()
            || object.additional.is_some()
            || object.property_names.is_some()
        {
            node.object = Some(Box::new(self.object));
        }
        if self.additional_items.is_some() && !self.array.prefix.is_empty() {
            self.array.rest = self.additional_items;
        }
        if let Some(contained) = self.contains {
            self.array.contains = Some(Contains {
                node: contained,
                min: self.min_contains.unwrap_or(1),
                min_given: self.min_contains.is_some(),
                max: self.max_contains,
                evaluates: draft == Draft::Draft202012,
            });
        }
        let array = &self.array;
        if array.min.is_some()
            || array.max.is_some()
            || array.unique
            || !array.prefix.is_empty()
            || array.rest.is_some()
            || array.contains.is_some()
        {
            node.array = Some(Box::new(self.array));
        }
        node.choices = self.choices.into();
        node.numbers = self.numbers.into();
        node.strings = self.strings.into();
        node.applied = self.applied.into();
        node.unevaluated_properties = self.unevaluated_properties;
        node.unevaluated_items = self.unevaluated_items;
        node.deferred = self.deferred.into();
        if self.shape != Shape::default() {
            node.shape = Some(Box::new(self.shape));
        }
    }
}

impl Compiler<'_> {
    /// Collects what a keyword says.
    #[allow(clippy::too_many_lines, reason = "one line per keyword")]
    pub(super) fn keyword(&mut self, rules: &mut Rules, keyword: &Keyword<'_>) -> Result<(), SchemaError> {
        let place = keyword.place;
        let at_least_2019 = keyword.draft >= Draft::Draft201909;
        let at_2020 = keyword.draft == Draft::Draft202012;
        match keyword.name {
            "$ref" => return self.reference(rules, keyword),
            "$dynamicRef" if at_2020 => return self.reference(rules, keyword),
            "$recursiveRef" if keyword.draft == Draft::Draft201909 => return self.reference(rules, keyword),
            "type" => rules.types = Some(self.types(keyword)?),
            "enum" => {
                let values = self.elements(place);
                if self.kind(place) != Kind::Array {
                    return Err(self.problem_at(keyword, SchemaProblem::Value("an array")));
                }
                rules.choices.push(self.choices("enum", &values));
            }
            "const" => rules.choices.push(self.choices("const", &[place])),
            "minimum" => rules.numbers.push(NumberRule::Minimum(self.bound(keyword)?)),
            "maximum" => rules.numbers.push(NumberRule::Maximum(self.bound(keyword)?)),
            "exclusiveMinimum" => rules.numbers.push(NumberRule::ExclusiveMinimum(self.bound(keyword)?)),
            "exclusiveMaximum" => rules.numbers.push(NumberRule::ExclusiveMaximum(self.bound(keyword)?)),
            "multipleOf" => {
                let raw = self.raw_number(keyword)?;
                let divisor = Divisor::read(&raw);
                let expected = SchemaProblem::Value("a number above 0 of at most 19 digits");
                let divisor = divisor.ok_or_else(|| self.problem_at(keyword, expected))?;
                rules.numbers.push(NumberRule::MultipleOf(divisor, String::from_utf8_lossy(&raw).into_owned()));
            }
            "minLength" => rules.strings.insert(0, StringRule::MinLength(self.count(keyword)?)),
            "maxLength" => rules.strings.insert(0, StringRule::MaxLength(self.count(keyword)?)),
            "pattern" => {
                let source = self.string(keyword)?;
                let pattern = self.pattern(&source, keyword)?;
                rules.strings.push(StringRule::Pattern(pattern));
            }
            "format" => {
                let name = self.string(keyword)?;
                rules.format = Some(name.clone());
                if self.custom_format(rules, keyword, &name)? {
                    return Ok(());
                }
                if let Some(format) = self.format(&name, keyword)?.filter(|_| rules.asserts_formats) {
                    rules.strings.push(StringRule::Format(format));
                }
            }
            "contentEncoding" => {
                rules.encoded = self.asserts_content(keyword) && self.string(keyword)?.eq_ignore_ascii_case("base64");
            }
            "contentMediaType" => {
                rules.media = self.asserts_content(keyword) && self.string(keyword)? == "application/json";
            }
            "minProperties" => rules.object.min = Some(self.count(keyword)?).filter(|_| !self.options.partial),
            "maxProperties" => rules.object.max = Some(self.count(keyword)?),
            "required" => {
                for name in self.names(keyword, place)? {
                    if self.options.partial {
                        continue;
                    }
                    let number = rules.object.names.add(&name);
                    if !self.options.partial {
                        rules.required.push(number);
                    }
                }
            }
            "properties" => {
                for (name, place) in self.map(keyword)? {
                    let node = self.node_at(place, "properties")?;
                    let number = rules.object.names.add(name.as_bytes());
                    rules.object.names.set_node(number, node);
                }
            }
            "patternProperties" => {
                for (source, place) in self.map(keyword)? {
                    let pattern = self.pattern(&source, keyword)?;
                    let node = self.node_at(place, "patternProperties")?;
                    rules.patterns.push((pattern, node));
                }
            }
            "additionalProperties" => rules.object.additional = Some(self.node_at(place, "additionalProperties")?),
            "propertyNames" => rules.object.property_names = Some(self.node_at(place, "propertyNames")?),
            "dependentRequired" if at_least_2019 => self.dependencies(rules, keyword, "dependentRequired")?,
            "dependentSchemas" if at_least_2019 => self.dependencies(rules, keyword, "dependentSchemas")?,
            "dependencies" => self.dependencies(rules, keyword, "dependencies")?,
            "minItems" => rules.array.min = Some(self.count(keyword)?),
            "maxItems" => rules.array.max = Some(self.count(keyword)?),
            "uniqueItems" => rules.array.unique = self.flag(keyword)?,
            "prefixItems" if at_2020 => rules.array.prefix = self.list(keyword, "prefixItems")?,
            "items" if !at_2020 && self.kind(place) == Kind::Array => {
                rules.array.prefix = self
                    .elements(place)
                    .into_iter()
                    .map(|item| self.node_at(item, "items"))
                    .collect::<Result<_, _>>()?;
            }
            "items" => rules.array.rest = Some(self.node_at(place, "items")?),
            "additionalItems" if !at_2020 => {
                rules.additional_items = Some(self.node_at(place, "additionalItems")?);
            }
            "contains" => rules.contains = Some(self.node_at(place, "contains")?),
            "minContains" if at_least_2019 => rules.min_contains = Some(self.count(keyword)?),
            "maxContains" if at_least_2019 => rules.max_contains = Some(self.count(keyword)?),
            "unevaluatedProperties" if at_least_2019 => {
                rules.unevaluated_properties = Some(self.node_at(place, "unevaluatedProperties")?);
            }
            "unevaluatedItems" if at_least_2019 => {
                rules.unevaluated_items = Some(self.node_at(place, "unevaluatedItems")?);
            }
            "allOf" => rules.applied.push(Applied::All(self.list(keyword, "allOf")?)),
            "anyOf" => rules.applied.push(Applied::Any(self.list(keyword, "anyOf")?)),
            "oneOf" => rules.applied.push(Applied::One(self.list(keyword, "oneOf")?)),
            "not" => rules.applied.push(Applied::Not(self.node_at(place, "not")?)),
            "if" => rules.condition[0] = Some(self.node_at(place, "if")?),
            "then" => rules.condition[1] = Some(self.node_at(place, "then")?),
            "else" => rules.condition[2] = Some(self.node_at(place, "else")?),
            // These hold schemas that apply where they are referred to. Compiling them finds their mistakes.
            "definitions" | "$defs" if keyword.name == "definitions" || at_least_2019 => {
                for (_, place) in self.map(keyword)? {
                    if self.options.strict {
                        self.node_at(place, "definitions")?;
                    }
                }
            }
            "contentSchema" if at_least_2019 => {}
            "default" => rules.shape.default = Some(self.json(keyword).into()),
            _ if Self::is_known(keyword) || self.extension(rules, keyword)? => {}
            _ => return self.unknown(keyword),
        }
        Ok(())
    }

    fn asserts_content(&self, keyword: &Keyword<'_>) -> bool {
        self.options.content && keyword.draft == Draft::Draft7
    }

    fn types(&self, keyword: &Keyword<'_>) -> Result<Types, SchemaError> {
        let expected = || self.problem_at(keyword, SchemaProblem::Value("the name of a type, or an array of them"));
        let values = self.library.values(keyword.place.document);
        let named = |value: u32| values.text(value).and_then(|name| Types::named(&name)).ok_or_else(expected);
        if self.kind(keyword.place) != Kind::Array {
            return named(keyword.place.value);
        }
        let mut types = Types::NONE;
        for value in values.elements(keyword.place.value) {
            types = types.with(named(value)?);
        }
        if types.is_empty() { Err(expected()) } else { Ok(types) }
    }

    fn choices(&self, keyword: &'static str, places: &[Place]) -> Choices {
        let (mut strings, mut others, mut types) = (Vec::new(), Vec::new(), Types::NONE);
        for place in places {
            let values = self.library.values(place.document);
            let kind = values.kind(place.value);
            let is_integer =
                kind == Kind::Number && Number::read(values.raw(place.value)).is_some_and(|number| number.is_integer());
            types = types.with(if is_integer { Types::INTEGER } else { Types::of(kind) });
            if kind == Kind::String {
                strings.push(Box::from(&*values.string(place.value)));
            } else {
                let mut bytes = Vec::new();
                canonical::write(&values, place.value, &mut bytes);
                others.push(bytes.into_boxed_slice());
            }
        }
        strings.sort_unstable();
        others.sort_unstable();
        Choices { keyword, strings: strings.into(), others: others.into(), types }
    }

    fn raw_number(&self, keyword: &Keyword<'_>) -> Result<Vec<u8>, SchemaError> {
        if self.kind(keyword.place) != Kind::Number {
            return Err(self.problem_at(keyword, SchemaProblem::Value("a number")));
        }
        Ok(self.library.values(keyword.place.document).raw(keyword.place.value).to_vec())
    }

    fn bound(&self, keyword: &Keyword<'_>) -> Result<Bound, SchemaError> {
        let raw = self.raw_number(keyword)?;
        Bound::read(&raw).ok_or_else(|| self.problem_at(keyword, SchemaProblem::Value("a number")))
    }

    /// An integer that is not negative, such as `2` or `2.0`.
    fn count(&self, keyword: &Keyword<'_>) -> Result<u64, SchemaError> {
        let expected = || self.problem_at(keyword, SchemaProblem::Value("an integer of at least 0"));
        let raw = self.raw_number(keyword)?;
        Number::read(&raw).and_then(Number::to_count).ok_or_else(expected)
    }

    fn string(&self, keyword: &Keyword<'_>) -> Result<String, SchemaError> {
        let text = self.library.values(keyword.place.document).text(keyword.place.value);
        text.ok_or_else(|| self.problem_at(keyword, SchemaProblem::Value("a string")))
    }

    fn flag(&self, keyword: &Keyword<'_>) -> Result<bool, SchemaError> {
        match self.kind(keyword.place) {
            Kind::True => Ok(true),
            Kind::False => Ok(false),
            _ => Err(self.problem_at(keyword, SchemaProblem::Value("a boolean"))),
        }
    }

    fn map(&self, keyword: &Keyword<'_>) -> Result<Vec<(String, Place)>, SchemaError> {
        if self.kind(keyword.place) != Kind::Object {
            return Err(self.problem_at(keyword, SchemaProblem::Value("an object whose values are schemas")));
        }
        Ok(self.members(keyword.place))
    }

    fn names(&self, keyword: &Keyword<'_>, place: Place) -> Result<Vec<Vec<u8>>, SchemaError> {
        let expected = || self.problem_at(keyword, SchemaProblem::Value("an array of strings"));
        if self.kind(place) != Kind::Array {
            return Err(expected());
        }
        let values = self.library.values(place.document);
        let name =
            |place: Place| (values.kind(place.value) == Kind::String).then(|| values.string(place.value).into_owned());
        self.elements(place).into_iter().map(|place| name(place).ok_or_else(expected)).collect()
    }

    fn dependencies(
        &mut self,
        rules: &mut Rules,
        keyword: &Keyword<'_>,
        name: &'static str,
    ) -> Result<(), SchemaError> {
        for (key, place) in self.map(keyword)? {
            let number = rules.object.names.add(key.as_bytes());
            let is_names = self.kind(place) == Kind::Array;
            if name == "dependentRequired" || (name == "dependencies" && is_names) {
                let others = self.names(keyword, place)?;
                let others = others.iter().map(|other| rules.object.names.add(other)).collect();
                if !self.options.partial {
                    rules.dependent.push((number, others, name));
                }
            } else {
                let node = self.node_at(place, name)?;
                rules.dependent_schemas.push((number, node));
            }
        }
        Ok(())
    }
}
