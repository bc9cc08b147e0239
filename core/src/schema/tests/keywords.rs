//! Each keyword: a value that is right, one that is not, and where that is said.

use super::{breach, check};
use crate::schema::Verdict;

#[test]
fn says_which_value_breaks_which_keyword() {
    for (schema, right, wrong, instance, keyword) in [
        ("false", "", "1", "", "#"),
        (r#"{"type":"integer"}"#, "1.0", "1.5", "", "#/type"),
        (r#"{"type":["string","null"]}"#, "null", "[]", "", "#/type"),
        (r#"{"enum":[1,"a",{"b":[1.0]}]}"#, r#"{"b":[1e0]}"#, r#"{"b":[2]}"#, "", "#/enum"),
        (r#"{"enum":["a","b"]}"#, r#""\u0061""#, r#""c""#, "", "#/enum"),
        (r#"{"const":{"a":1,"b":2}}"#, r#"{"b":2,"a":1}"#, r#"{"a":1}"#, "", "#/const"),
        (r#"{"minimum":9007199254740993}"#, "9007199254740993", "9007199254740992", "", "#/minimum"),
        (r#"{"exclusiveMaximum":1e300}"#, "0.9e300", "10e299", "", "#/exclusiveMaximum"),
        (r#"{"multipleOf":0.01}"#, "4.02", "4.025", "", "#/multipleOf"),
        (r#"{"multipleOf":3}"#, "3e200", "1e200", "", "#/multipleOf"),
        (r#"{"minLength":2}"#, r#""éé""#, r#""é""#, "", "#/minLength"),
        (r#"{"maxLength":1}"#, r#""\ud83d\udc32""#, r#""ab""#, "", "#/maxLength"),
        (r#"{"pattern":"^a+$"}"#, r#""\u0061a""#, r#""b""#, "", "#/pattern"),
        (r#"{"format":"date"}"#, r#""2020-02-29""#, r#""2021-02-29""#, "", "#/format"),
        (r#"{"properties":{"a":{"type":"null"}}}"#, r#"{"a":null}"#, r#"{"b":1,"a":2}"#, "/a", "#/properties/a/type"),
        (r#"{"required":["a","b"]}"#, r#"{"b":1,"a":1}"#, r#"{"a":1}"#, "", "#/required"),
        (
            r#"{"properties":{"a":{}},"additionalProperties":false}"#,
            r#"{"a":1}"#,
            r#"{"a/~":1}"#,
            "/a~1~0",
            "#/additionalProperties",
        ),
        (
            r#"{"patternProperties":{"^x":{"type":"string"}}}"#,
            r#"{"x1":"a","y":1}"#,
            r#"{"x1":1}"#,
            "/x1",
            "#/patternProperties/^x/type",
        ),
        (r#"{"propertyNames":{"maxLength":2}}"#, r#"{"ab":1}"#, r#"{"abc":1}"#, "/abc", "#/propertyNames/maxLength"),
        (r#"{"minProperties":1}"#, r#"{"a":1}"#, "{}", "", "#/minProperties"),
        (r#"{"maxProperties":1}"#, r#"{"a":1}"#, r#"{"a":1,"b":2}"#, "", "#/maxProperties"),
        (r#"{"dependentRequired":{"a":["b"]}}"#, r#"{"a":1,"b":1}"#, r#"{"a":1}"#, "", "#/dependentRequired"),
        (
            r#"{"dependentSchemas":{"a":{"minProperties":2}}}"#,
            r#"{"b":1}"#,
            r#"{"a":1}"#,
            "",
            "#/dependentSchemas/a/minProperties",
        ),
        (r#"{"items":{"type":"null"}}"#, "[null]", "[null,1]", "/1", "#/items/type"),
        (r#"{"prefixItems":[{"type":"null"}],"items":false}"#, "[null]", "[null,1]", "/1", "#/items"),
        (r#"{"minItems":1}"#, "[1]", "[]", "", "#/minItems"),
        (r#"{"maxItems":1}"#, "[1]", "[1,2]", "", "#/maxItems"),
        (
            r#"{"uniqueItems":true}"#,
            r#"[1,"1",[1],{"a":1}]"#,
            r#"[{"a":1,"b":2},{"b":2.0,"a":1}]"#,
            "",
            "#/uniqueItems",
        ),
        (r#"{"contains":{"type":"null"}}"#, "[1,null]", "[1]", "", "#/contains"),
        (r#"{"contains":{"type":"null"},"minContains":2}"#, "[null,null]", "[null]", "", "#/minContains"),
        (r#"{"contains":{"type":"null"},"maxContains":1}"#, "[null]", "[null,null]", "", "#/maxContains"),
        (r#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, "1", "3", "", "#/allOf/1/maximum"),
        (r#"{"anyOf":[{"minimum":5},{"type":"null"}]}"#, "null", "1", "", "#/anyOf"),
        (r#"{"oneOf":[{"minimum":1},{"maximum":5}]}"#, "9", "3", "", "#/oneOf"),
        (r#"{"not":{"type":"null"}}"#, "1", "null", "", "#/not"),
        (r#"{"if":{"minimum":5},"then":{"multipleOf":5},"else":{"const":1}}"#, "10", "6", "", "#/then/multipleOf"),
        (r##"{"$ref":"#/$defs/a","$defs":{"a":{"type":"null"}}}"##, "null", "1", "", "#/$defs/a/type"),
        (r##"{"$ref":"#a","$defs":{"x":{"$anchor":"a","type":"null"}}}"##, "null", "1", "", "#/$defs/x/type"),
        (
            r#"{"allOf":[{"properties":{"a":{}}}],"unevaluatedProperties":false}"#,
            r#"{"a":1}"#,
            r#"{"a":1,"b":1}"#,
            "/b",
            "#/unevaluatedProperties",
        ),
        (r#"{"anyOf":[{"prefixItems":[{}]}],"unevaluatedItems":false}"#, "[1]", "[1,2]", "/1", "#/unevaluatedItems"),
    ] {
        if !right.is_empty() {
            assert_eq!(check(schema, right), Verdict::Valid, "{schema} {right}");
        }
        let (at, place, _) = breach(schema, wrong).unwrap_or_else(|| panic!("{schema} takes {wrong}"));
        assert_eq!((at.as_str(), place.as_str()), (instance, keyword), "{schema} {wrong}");
    }
}

#[test]
fn follows_dynamic_references_to_the_outermost_anchor() {
    let schema = r##"{
        "$id": "https://example.com/strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": false,
        "$defs": { "tree": { "$id": "tree", "$dynamicAnchor": "node",
            "properties": { "data": true, "children": { "items": { "$dynamicRef": "#node" } } } } }
    }"##;
    assert_eq!(breach(schema, r#"{"children":[{"data":1}]}"#), None);
    let (instance, ..) = breach(schema, r#"{"children":[{"daat":1}]}"#).unwrap();
    assert_eq!(instance, "/children/0/daat");
}

#[test]
fn finds_all_violations_up_to_the_number_asked_for() {
    let schema = r#"{"properties":{"a":{"type":"null"},"b":{"anyOf":[{"type":"null"}]}},"required":["c"]}"#;
    let compiled = crate::schema::Schema::compile(schema.as_bytes(), &super::lenient()).unwrap();
    for (max, count) in [(1, 1), (2, 2), (9, 3)] {
        let options = crate::schema::ValidatorOptions { max_violations: max, ..Default::default() };
        let Verdict::Invalid(list) = compiled.validator(options).validate(br#"{"a":1,"b":1}"#) else { panic!() };
        assert_eq!(list.len(), count);
    }
}
