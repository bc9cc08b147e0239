// Random schemas and random values: ajv must agree, but for what is listed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

// The class for 2020-12 has no other path.
// oxlint-disable-next-line eslint/no-restricted-imports
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { SchemaValidator } from '../../js/native-api/index.ts';

/** Numbers from a seed (xorshift). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 0x9e37 + 1;
  }

  below(end: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % end;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  some<Item>(most: number, make: () => Item): Item[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}

type Schema = boolean | Record<string, unknown>;

const NAMES = ['a', 'b', 'c', 'a/b', 'é', '~', 'd e'];
const STRINGS = ['', 'a', 'ab', 'abc', 'é', '🍌', '2024-02-29', 'x@y.z', '1', 'A-1', '\u0000', '"\\'];
const NUMBERS = [0, -0, 1, -1, 2, 3, 0.5, 1.5, 10, 100, 1e2, 1e20, -1e-7, 4.2, 0.1];
const TYPES = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];
const PATTERNS = ['^a', 'b$', '^[a-c]*$', '^.$', '\\d', '^\\p{L}+$'];

function value(dice: Dice, depth: number): unknown {
  switch (dice.below(depth > 0 ? 7 : 5)) {
    case 0:
      return null;
    case 1:
      return dice.below(2) === 0;
    case 2:
      return dice.pick(NUMBERS);
    case 3:
    case 4:
      return dice.pick(STRINGS);
    case 5:
      return dice.some(4, () => value(dice, depth - 1));
    default:
      return Object.fromEntries(dice.some(4, () => [dice.pick(NAMES), value(dice, depth - 1)]));
  }
}

const KEYWORDS: Readonly<Record<string, (dice: Dice, depth: number) => unknown>> = {
  type: (dice) => (dice.below(2) === 0 ? dice.pick(TYPES) : [...new Set([dice.pick(TYPES), dice.pick(TYPES)])]),
  enum: (dice) => [...dice.some(3, () => value(dice, 1)), 'only'],
  const: (dice) => value(dice, 1),
  minimum: (dice) => dice.pick(NUMBERS),
  maximum: (dice) => dice.pick(NUMBERS),
  exclusiveMinimum: (dice) => dice.pick(NUMBERS),
  exclusiveMaximum: (dice) => dice.pick(NUMBERS),
  multipleOf: (dice) => dice.pick([1, 2, 0.5, 10]),
  minLength: (dice) => dice.below(3),
  maxLength: (dice) => dice.below(4),
  pattern: (dice) => dice.pick(PATTERNS),
  format: (dice) => dice.pick(['date', 'uuid', 'ipv4']),
  minItems: (dice) => dice.below(3),
  maxItems: (dice) => dice.below(4),
  uniqueItems: (dice) => dice.below(2) === 0,
  items: schema,
  prefixItems: (dice, depth) => [schema(dice, depth), ...dice.some(2, () => schema(dice, depth))],
  contains: schema,
  minProperties: (dice) => dice.below(3),
  maxProperties: (dice) => dice.below(4),
  required: (dice) => [...new Set(dice.some(2, () => dice.pick(NAMES)))],
  properties: (dice, depth) => Object.fromEntries(dice.some(4, () => [dice.pick(NAMES), schema(dice, depth)])),
  patternProperties: (dice, depth) =>
    Object.fromEntries(dice.some(2, () => [dice.pick(PATTERNS), schema(dice, depth)])),
  additionalProperties: schema,
  propertyNames: schema,
  dependentRequired: (dice) => ({ [dice.pick(NAMES)]: [dice.pick(NAMES)] }),
  dependentSchemas: (dice, depth) => ({ [dice.pick(NAMES)]: schema(dice, depth) }),
  allOf: (dice, depth) => [schema(dice, depth), schema(dice, depth)],
  anyOf: (dice, depth) => [schema(dice, depth), schema(dice, depth)],
  oneOf: (dice, depth) => [schema(dice, depth), schema(dice, depth)],
  not: schema,
  if: schema,
  // oxlint-disable-next-line unicorn/no-thenable
  then: schema,
  else: schema,
  unevaluatedProperties: schema,
  unevaluatedItems: schema,
};

function schema(dice: Dice, depth: number): Schema {
  if (depth <= 0 || dice.below(12) === 0) {
    return dice.pick<Schema>([true, false, {}, { type: 'string' }, { type: 'integer' }, { const: 1 }]);
  }
  const names = Object.keys(KEYWORDS);
  const made: Record<string, unknown> = {};
  for (const name of dice.some(4, () => dice.pick(names))) made[name] = KEYWORDS[name]?.(dice, depth - 1);
  // Listed below.
  if ('prefixItems' in made) delete made['contains'];
  return made;
}

/** What ajv says; `undefined` where the code that it generates is wrong (`unevaluated*` beside some others). */
function answerOf(check: (value: unknown) => unknown, given: unknown): unknown {
  try {
    return check(given);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

describe('SchemaValidator and ajv', () => {
  test('agree about random values by random schemas', () => {
    const ajv = new Ajv2020({ strict: false, logger: false, allErrors: false, unicodeRegExp: true });
    (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
    const validator = new SchemaValidator({ strict: false });
    let [compared, valid] = [0, 0];
    for (let seed = 1; seed <= 1500; seed += 1) {
      const dice = new Dice(seed);
      const given = schema(dice, 3);
      const check = ajv.compile(given);
      const ref = validator.compileSchema(given);
      const all = validator.compileSchema(given, { maxErrors: 100 });
      for (let turn = 0; turn < 12; turn += 1) {
        const one = value(dice, 3);
        const text = JSON.stringify(one);
        const expected = answerOf(check, JSON.parse(text));
        if (expected === undefined) continue;
        const shown = `seed ${seed}: ${JSON.stringify(given)} for ${text}`;
        const result = validator.validate(ref, Buffer.from(text));
        assert.equal(result.valid, expected, shown);
        assert.equal(validator.isValid(ref, text), expected, shown);
        assert.equal(validator.validateValue(all, one).valid, expected, shown);
        if (result.valid) assert.deepEqual(result.data, JSON.parse(text), shown);
        compared += 1;
        if (expected === true) valid += 1;
      }
    }
    assert.ok(compared > 17_500, `${compared} compared`);
    assert.ok(valid > compared / 5 && valid < compared * 0.9, `${valid} of ${compared} are right`);
  });

  test('disagree where a standard is with us', () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
    const validator = new SchemaValidator({ strict: false });
    for (const [given, text, ours, why] of [
      [{ multipleOf: 0.01 }, '4.02', true, 'decimal digits are compared, not doubles'],
      [{ multipleOf: 0.1 }, '0.3', true, 'the same'],
      [{ maximum: 9007199254740992 }, '9007199254740993', false, 'a number is what is written, not the nearest double'],
      [{ prefixItems: [{ minimum: 1 }], contains: { minimum: 1 } }, '[]', false, 'core §10.3.1.3: one item at least'],
      [{ required: ['a', ''] }, '{"a":1}', false, 'a name may be empty'],
      [{ format: 'email' }, '"\\"a b\\"@example.com"', true, 'RFC 5321 §4.1.2: a quoted string'],
    ] as [Record<string, unknown>, string, boolean, string][]) {
      assert.equal(validator.isValid(validator.compileSchema(given), text), ours, why);
      assert.equal(ajv.compile(given)(JSON.parse(text)), !ours, `${why}: ajv now agrees`);
    }
  });
});
