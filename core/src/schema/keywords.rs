//! Which keywords the drafts have, and where schemas stand in them.

use super::options::Draft;

/// What the value of a keyword holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A schema.
    Schema,
    /// An array of schemas.
    List,
    /// An object whose values are schemas.
    Map,
    /// A schema, or an array of them.
    SchemaOrList,
    /// An object whose values are schemas or arrays of names.
    Dependencies,
    /// No schema.
    Plain,
}

/// What a keyword holds in a draft; `None` if the draft does not have it.
pub(super) fn shape(keyword: &str, draft: Draft) -> Option<Shape> {
    use Draft::{Draft7, Draft201909, Draft202012};
    Some(match keyword {
        "additionalProperties" | "propertyNames" | "contains" | "not" | "if" | "then" | "else" => Shape::Schema,
        "allOf" | "anyOf" | "oneOf" => Shape::List,
        "properties" | "patternProperties" | "definitions" => Shape::Map,
        "dependencies" => Shape::Dependencies,
        "$ref" | "$id" | "$schema" | "$comment" | "type" | "enum" | "const" | "title" | "description" | "default"
        | "examples" | "readOnly" | "writeOnly" | "multipleOf" | "maximum" | "exclusiveMaximum" | "minimum"
        | "exclusiveMinimum" | "maxLength" | "minLength" | "pattern" | "format" | "maxItems" | "minItems"
        | "uniqueItems" | "maxProperties" | "minProperties" | "required" | "contentEncoding" | "contentMediaType" => {
            Shape::Plain
        }
        "items" if draft == Draft202012 => Shape::Schema,
        "items" => Shape::SchemaOrList,
        "additionalItems" if draft != Draft202012 => Shape::Schema,
        "prefixItems" if draft == Draft202012 => Shape::List,
        "$dynamicRef" | "$dynamicAnchor" if draft == Draft202012 => Shape::Plain,
        "$recursiveRef" | "$recursiveAnchor" if draft == Draft201909 => Shape::Plain,
        _ if draft == Draft7 => return None,
        "$defs" | "dependentSchemas" => Shape::Map,
        "unevaluatedItems" | "unevaluatedProperties" | "contentSchema" => Shape::Schema,
        "$anchor" | "$vocabulary" | "dependentRequired" | "maxContains" | "minContains" | "deprecated" => Shape::Plain,
        _ => return None,
    })
}

/// Whether a keyword belongs to the vocabulary that a dialect may leave out.
pub(super) fn is_validation(keyword: &str) -> bool {
    matches!(
        keyword,
        "type"
            | "enum"
            | "const"
            | "multipleOf"
            | "maximum"
            | "exclusiveMaximum"
            | "minimum"
            | "exclusiveMinimum"
            | "maxLength"
            | "minLength"
            | "pattern"
            | "maxItems"
            | "minItems"
            | "uniqueItems"
            | "maxContains"
            | "minContains"
            | "maxProperties"
            | "minProperties"
            | "required"
            | "dependentRequired"
    )
}
