// @ts-check
// The JSON of lists in memory that can be sent: `JSON.stringify`, the serialiser that Fastify generates, and ours in its two
// ways. An operation is one list.
import { createRequire } from 'node:module';

import { list, listSchema } from '../fixtures.mjs';
import { internals } from './internals.mjs';

const require = createRequire(createRequire(import.meta.url).resolve('fastify'));
/** @type {(schema: object) => (value: unknown) => string} */
const generate = require('fast-json-stringify');

const { Serializer } = internals;
const serializer = new Serializer(listSchema, true);
const generated = generate(listSchema);
const memory = Buffer.from(new ArrayBuffer(4 * 1024 * 1024));

/** @param {string} text */
const write = (text) => {
  // @ts-expect-error -- one of Buffer's undocumented direct methods
  memory.utf8Write(text, 0);
};

/** @type {Record<string, (rows: unknown[]) => void>} */
const ways = {
  'JSON.stringify': (rows) => write(JSON.stringify(rows)),
  'fast-json-stringify': (rows) => write(generated(rows)),
  'text by schema': (rows) => write(serializer.text(rows)),
  'columns by schema': (rows) => {
    serializer.gather(rows);
    serializer.write(memory, 0);
  },
};

/** @type {{ name: string, run: () => void }[]} */
export const cases = [1, 3, 10, 100, 1000].flatMap((count) => {
  const rows = Array.from({ length: count }, (_, index) => ({ ...list[index % list.length] }));
  return Object.entries(ways).map(([way, run]) => ({ name: `${count} objects, ${way}`, run: () => run(rows) }));
});
