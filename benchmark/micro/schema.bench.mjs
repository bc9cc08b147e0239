// @ts-check
// From the bytes of a JSON text to a value that is known to fit a schema, or to what is wrong with it: SchemaValidator beside
// `JSON.parse` with what ajv and TypeBox generate. An operation is one text.
//
// `node benchmark/micro/schema.bench.mjs` alone measures all cases and prints how many times as long as ours each takes.
import { pathToFileURL } from 'node:url';

// The class for 2020-12 has no other path.
// oxlint-disable-next-line eslint/no-restricted-imports
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Compile } from 'typebox/compile';

import { internals } from './internals.mjs';
import { measure } from './measure.mjs';

const { SchemaValidator } = internals;

const user = {
  type: 'object',
  properties: {
    id: { type: 'integer', minimum: 1 },
    name: { type: 'string', minLength: 1, maxLength: 100 },
    email: { type: 'string', format: 'email' },
    role: { enum: ['admin', 'editor', 'reader'] },
    active: { type: 'boolean' },
  },
  required: ['id', 'name', 'email', 'role', 'active'],
  additionalProperties: false,
};
const order = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    customer: user,
    lines: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      items: {
        type: 'object',
        properties: {
          sku: { type: 'string', pattern: '^[A-Z]{3}-[0-9]{4}$' },
          title: { type: 'string', maxLength: 200 },
          quantity: { type: 'integer', minimum: 1, maximum: 1000 },
          price: { type: 'number', minimum: 0 },
          tags: { type: 'array', items: { type: 'string' }, maxItems: 8 },
        },
        required: ['sku', 'quantity', 'price'],
        additionalProperties: false,
      },
    },
    note: { type: ['string', 'null'] },
  },
  required: ['id', 'customer', 'lines'],
  additionalProperties: false,
};

const someone = { id: 4711, name: 'Ada Lovelace', email: 'ada@example.com', role: 'editor', active: true };
/** @param {number} lines */
const orderOf = (lines) => ({
  id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  customer: someone,
  lines: Array.from({ length: lines }, (_, at) => ({
    sku: `ABC-${1000 + at}`,
    title: 'A thing of some use to somebody',
    quantity: 1 + (at % 9),
    price: 10.25 + at,
    tags: ['new', 'blue'],
  })),
  note: null,
});

/** @param {unknown} value */
const bytesOf = (value) => Buffer.from(JSON.stringify(value));
/** Wrong in the last member, so that nobody is done early. @param {ReturnType<typeof orderOf>} value */
const spoilt = (value) => ({ ...value, note: 7 });

/** @type {[string, object, Buffer, Buffer][]} */
const documents = [
  ['100 B', user, bytesOf(someone), bytesOf({ ...someone, active: 1 })],
  ['1 KB', order, bytesOf(orderOf(7)), bytesOf(spoilt(orderOf(7)))],
  ['10 KB', order, bytesOf(orderOf(80)), bytesOf(spoilt(orderOf(80)))],
];

/** @type {import('./measure.mjs').Case[]} */
export const cases = [];
/** @type {{ size: string, kind: string, bytes: number, ours: string, others: string[] }[]} */
const groups = [];

const validator = new SchemaValidator();
for (const [size, schema, right, wrong] of documents) {
  const ref = validator.compileSchema(schema);
  const ajv = new Ajv2020();
  /** @type {any} */ (addFormats)(ajv);
  const generated = ajv.compile(schema);
  const typebox = Compile(/** @type {any} */ (schema));
  for (const [kind, bytes] of /** @type {const} */ ([
    ['valid', right],
    ['invalid', wrong],
  ])) {
    const text = bytes.toString();
    const isRight = kind === 'valid';
    /** @type {Record<string, () => unknown>} */
    const ways = {
      'SchemaValidator.validate': () => validator.validate(ref, bytes),
      'SchemaValidator.validate of a string': () => validator.validate(ref, text),
      'SchemaValidator.isValid': () => validator.isValid(ref, bytes),
      'JSON.parse and ajv': () => {
        const value = JSON.parse(bytes.toString());
        return generated(value) ? value : generated.errors;
      },
      'JSON.parse and typebox': () => {
        const value = JSON.parse(bytes.toString());
        return typebox.Check(value) ? value : undefined;
      },
      'JSON.parse': () => JSON.parse(bytes.toString()),
    };
    const answers = [
      validator.validate(ref, bytes).valid,
      generated(JSON.parse(text)),
      typebox.Check(JSON.parse(text)),
    ];
    if (answers.some((answer) => answer !== isRight)) throw new Error(`${size}, ${kind}: ${answers.join(', ')}`);
    const names = Object.keys(ways).map((way) => `${size}, ${kind}: ${way}`);
    cases.push(...Object.values(ways).map((run, at) => ({ name: names[at] ?? '', run })));
    groups.push({ size, kind, bytes: bytes.length, ours: names[0] ?? '', others: names.slice(1) });
  }
}

/** Time of the processor, which other programs take no part of; in microseconds, so samples are not short. */
const cpuTime = () => {
  const used = process.cpuUsage();
  return BigInt(used.user + used.system) * 1000n;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const options = { samples: 5, sampleMs: 15, now: cpuTime };
  /** @type {Map<string, number>} */
  const ns = new Map();
  // In rounds, so that a slow minute is everybody's, and the least of each.
  for (let round = 0; round < 3; round += 1) {
    for (const one of cases) ns.set(one.name, Math.min(ns.get(one.name) ?? Infinity, measure(one, options).least));
  }
  for (const { size, kind, bytes, ours, others } of groups) {
    const own = ns.get(ours) ?? 0;
    process.stdout.write(`${size}, ${kind} (${bytes} bytes): validate ${own.toFixed(0)} ns\n`);
    for (const name of others) {
      const other = ns.get(name) ?? 0;
      const label = name.slice(name.indexOf(': ') + 2);
      process.stdout.write(`  ${label.padEnd(40)} ${other.toFixed(0).padStart(8)} ns  ${(other / own).toFixed(2)}x\n`);
    }
  }
}
