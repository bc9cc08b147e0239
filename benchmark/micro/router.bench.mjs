// @ts-check
// What find-my-way takes for the same requests that `benchmark/router` (Rust) looks up: one per route of the table. An
// operation is one request.
//
// A server in JavaScript has the path as a string, and calls `find`; ours looks up the bytes it has received, natively,
// and makes strings only of the parameters a handler reads. So three things are measured here: `find` of find-my-way, what
// making the strings of all parameters costs us, and for comparison `find` of the same native router through Node-API, as
// `RadixRouter` calls it, which a server never does. The native lookup itself is measured by
// `cargo bench --manifest-path benchmark/router/Cargo.toml`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { kept } from './measure.mjs';

const require = createRequire(import.meta.url);
/** @type {any} */
const native = require('../../index.js');
const FindMyWay = require('find-my-way');

const patterns = readFileSync(new URL('../fixtures/routes-130.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const paths = patterns.map((pattern) => pattern.replaceAll(':', ''));

const reference = FindMyWay();
const finder = new native.RouteFinder({});
patterns.forEach((pattern, number) => {
  reference.on('GET', pattern, () => undefined, { number });
  finder.add('GET', pattern, number, {});
});
const spans = new Uint32Array(33);

/** The bytes of all paths, and where the parameters of each lie. */
const bytes = Buffer.from(paths.join(''));
let start = 0;
const requests = paths.map((path, number) => {
  finder.find('GET', path, undefined, undefined, spans);
  const names = finder.params(/** @type {string} */ (patterns[number])).map((/** @type {any} */ { name }) => name);
  const places = names.map((/** @type {string} */ _, /** @type {number} */ index) => [
    start + /** @type {number} */ (spans[1 + index * 2]),
    /** @type {number} */ (spans[2 + index * 2]),
  ]);
  start += path.length;
  return { names, places };
});

export const cases = [
  {
    name: 'find-my-way: find',
    opsPerCall: paths.length,
    run() {
      for (const path of paths) kept.value = reference.find('GET', path);
    },
  },
  {
    name: 'nexure: the strings of all parameters, behind a native lookup',
    opsPerCall: paths.length,
    run() {
      for (const { names, places } of requests) {
        /** @type {Record<string, string>} */
        const params = {};
        for (let index = 0; index < names.length; index += 1) {
          const [at, length] = places[index];
          params[names[index]] = bytes.toString('latin1', at, at + length);
        }
        kept.value = params;
      }
    },
  },
  {
    name: 'nexure: find through Node-API, as RadixRouter does',
    opsPerCall: paths.length,
    run() {
      for (const path of paths) kept.value = finder.find('GET', path, undefined, undefined, spans);
    },
  },
];
