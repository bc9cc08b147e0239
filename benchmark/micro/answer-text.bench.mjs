// @ts-check
// How the text of an answer best crosses into the core: joined with the others of its batch into one string, or
// written into the shared arena one by one. Every case ends in the same native call; its answers are for a connection
// that does not exist, so that nothing but the crossing is measured. An operation is one answer.
import { createRequire } from 'node:module';

import { internals } from './internals.mjs';

/** @type {any} */
const native = createRequire(import.meta.url)('../../index.js');
const layout = native.layout();

const SIZES = [16, 64, 256, 1024, 2048, 4096, 8192, 16_384];
const BATCHES = [1, 8, 64];

const { resolveOptions } = internals;
const { engine: options } = resolveOptions({ server: { maxConnections: 10 } });
const server = new native.MemoryServer(options, new native.RouteTable());
const answerBytes = Buffer.from(new ArrayBuffer(layout.ANSWER_ARENA_BYTES));
const views = {
  requests: new Uint32Array(16),
  answers: new Uint32Array(layout.ANSWER_ROWS * layout.ANSWER_COLUMNS),
  answerBytes,
  control: new Uint32Array(layout.CONTROL_CELLS),
};
/** @type {Uint8Array[]} */
const references = [];

/**
 * @param {number} row
 * @param {number} flag
 * @param {number} length
 * @param {number} at
 */
function writeRow(row, flag, length, at) {
  const start = row * layout.ANSWER_COLUMNS;
  views.answers[start] = 999;
  views.answers[start + layout.ANSWER_HEAD] = 200 | (flag << 24);
  views.answers[start + layout.ANSWER_BODY_LENGTH] = length;
  views.answers[start + layout.ANSWER_BODY_AT] = at;
}

/** @type {Record<string, (bodies: readonly string[]) => void>} */
const ways = {
  'joined string': (bodies) => {
    let text = '';
    for (let row = 0; row < bodies.length; row += 1) {
      const body = /** @type {string} */ (bodies[row]);
      writeRow(row, layout.ANSWER_FLAG_BODY_TEXT, body.length, 0);
      text += body;
    }
    views.control[layout.CONTROL_ANSWERS] = bodies.length;
    server.takeAnswers(views, text, references);
  },
  'utf8Write to the arena': (bodies) => {
    let at = 0;
    let row = 0;
    for (const body of bodies) {
      if (at + body.length * 3 > layout.ANSWER_ARENA_BYTES) {
        views.control[layout.CONTROL_ANSWERS] = row;
        server.takeAnswers(views, '', references);
        at = 0;
        row = 0;
      }
      // @ts-expect-error -- one of Buffer's undocumented direct methods
      const written = answerBytes.utf8Write(body, at);
      writeRow(row, layout.ANSWER_FLAG_BODY_ARENA, written, at);
      at += written;
      row += 1;
    }
    views.control[layout.CONTROL_ANSWERS] = row;
    server.takeAnswers(views, '', references);
  },
};

/** Fresh strings as handlers make them: `JSON.stringify` gives flat one-byte strings. */
function bodiesOf(/** @type {number} */ size, /** @type {number} */ count) {
  return Array.from({ length: count }, (_, index) => JSON.stringify(String(index).padEnd(size - 2, 'x')));
}

/** @type {{ name: string, run: () => void, opsPerCall: number }[]} */
export const cases = BATCHES.flatMap((batch) =>
  SIZES.flatMap((size) => {
    const bodies = bodiesOf(size, batch);
    return Object.entries(ways).map(([way, run]) => ({
      name: `batch ${batch}, ${size} units, ${way}`,
      opsPerCall: batch,
      run: () => run(bodies),
    }));
  }),
);
