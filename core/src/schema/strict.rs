//! Mistakes that the drafts allow and nobody means: bounds that exclude each other, values that the type forbids,
//! keywords that have no effect where they stand.

use std::cmp::Ordering;

use super::number::Bound;
use super::program::{NumberRule, StringRule, Types};
use super::rules::Rules;

/// Keywords that say something of one type only.
fn subject(keyword: &str) -> Option<Types> {
    Some(match keyword {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => Types::NUMBERS,
        "x-sanitize" | "minLength" | "maxLength" | "pattern" | "contentEncoding" | "contentMediaType"
        | "contentSchema" => Types::STRING,
        "minItems" | "maxItems" | "uniqueItems" | "items" | "prefixItems" | "additionalItems" | "contains"
        | "minContains" | "maxContains" | "unevaluatedItems" => Types::ARRAY,
        "minProperties"
        | "maxProperties"
        | "properties"
        | "patternProperties"
        | "additionalProperties"
        | "propertyNames"
        | "required"
        | "dependentRequired"
        | "dependentSchemas"
        | "dependencies"
        | "x-unknown"
        | "unevaluatedProperties" => Types::OBJECT,
        _ => return None,
    })
}

/// Says what is wrong with a schema that has these keywords, if something is.
pub(super) fn refuse_contradictions(rules: &Rules, keywords: &[&str]) -> Result<(), String> {
    let has = |name: &str| keywords.contains(&name);
    if let Some(types) = rules.types {
        for keyword in keywords {
            if subject(keyword).is_some_and(|subject| subject.both(types).is_empty()) {
                return Err(format!("has \"{keyword}\", which says nothing of the type {types}"));
            }
        }
        for choices in &rules.choices {
            if choices.types.both(types).is_empty() {
                return Err(format!("has no value in \"{}\" that is {types}", choices.keyword));
            }
        }
    }
    if let Some(formats) = rules.shape.convert
        && !rules.format.as_ref().is_some_and(|format| formats.contains(&format.as_str()))
    {
        return Err(format!("has \"x-as\" without the format {}", formats.join(" or ")));
    }
    for (keyword, needs) in [
        ("then", "if"),
        ("else", "if"),
        ("minContains", "contains"),
        ("maxContains", "contains"),
        ("additionalItems", "items"),
    ] {
        if has(keyword) && !has(needs) {
            return Err(format!("has \"{keyword}\" without \"{needs}\""));
        }
    }
    if has("if") && !has("then") && !has("else") {
        return Err("has \"if\" without \"then\" or \"else\"".to_owned());
    }
    order("Contains", rules.min_contains, rules.max_contains)?;
    order("Items", rules.array.min, rules.array.max)?;
    order("Properties", rules.object.min, rules.object.max)?;
    let length = |pick: fn(&StringRule) -> Option<u64>| rules.strings.iter().find_map(pick);
    order(
        "Length",
        length(|rule| if let StringRule::MinLength(min) = rule { Some(*min) } else { None }),
        length(|rule| if let StringRule::MaxLength(max) = rule { Some(*max) } else { None }),
    )?;
    bounds(rules)
}

fn order(what: &str, min: Option<u64>, max: Option<u64>) -> Result<(), String> {
    match (min, max) {
        (Some(min), Some(max)) if min > max => Err(format!("has a \"min{what}\" above its \"max{what}\"")),
        _ => Ok(()),
    }
}

fn bounds(rules: &Rules) -> Result<(), String> {
    let lows = rules.numbers.iter().filter_map(|rule| match rule {
        NumberRule::Minimum(bound) => Some((bound, false)),
        NumberRule::ExclusiveMinimum(bound) => Some((bound, true)),
        _ => None,
    });
    let highs: Vec<(&Bound, bool)> = rules
        .numbers
        .iter()
        .filter_map(|rule| match rule {
            NumberRule::Maximum(bound) => Some((bound, false)),
            NumberRule::ExclusiveMaximum(bound) => Some((bound, true)),
            _ => None,
        })
        .collect();
    for (low, low_excluded) in lows {
        for (high, high_excluded) in &highs {
            match high.compare(low.text()) {
                Ordering::Greater => return Err("has a minimum above its maximum".to_owned()),
                Ordering::Equal if low_excluded || *high_excluded => {
                    return Err("has bounds with nothing between them".to_owned());
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Says which property is required and forbidden at once; needs to know what `additionalProperties` is.
pub(super) fn refuse_impossible_names(rules: &Rules) -> Result<(), String> {
    for (name, known) in rules.required_names() {
        if !known && !rules.has_patterns() {
            let name = String::from_utf8_lossy(name);
            return Err(format!("requires the property {name:?}, which \"additionalProperties\" forbids"));
        }
    }
    Ok(())
}
