// @ts-check
/** Correctness before speed: a server that answers wrong, or out of order, is not timed. */
import { connect } from 'node:net';
import { readAnswer, requestText } from './wire.mjs';

/** @typedef {import('./scenarios.mjs').Exchange} Exchange */
/** @typedef {import('./scenarios.mjs').Scenario} Scenario */
/** @typedef {import('./wire.mjs').Answer} Answer */

const ANSWER_TIMEOUT_MS = 5000;
const MEDIA_TYPES = { text: ['text/plain'], json: ['application/json', 'application/problem+json'], none: undefined };

/**
 * What is wrong with an answer, or `undefined`.
 * @param {Answer} answer @param {Exchange['expected']} expected
 */
export function answerProblem(answer, expected) {
  const mediaType = answer.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (answer.status !== expected.status && answer.status !== expected.orStatus) return `status ${answer.status} instead of ${expected.status}`;
  if (MEDIA_TYPES[expected.type]?.includes(mediaType) === false)
    return `content type ${answer.contentType || 'missing'}`;
  const missing = expected.fields?.find((name) => !answer.fields.has(name));
  if (missing !== undefined) return `no ${missing}`;
  if (expected.body !== undefined && answer.body !== expected.body) return `body ${answer.body.slice(0, 200)}`;
  if (expected.includes !== undefined && !answer.body.includes(expected.includes)) {
    return `body without ${expected.includes}: ${answer.body.slice(0, 200)}`;
  }
  return undefined;
}

/**
 * Sends requests in one write and reads as many answers.
 * @param {number} port @param {Exchange[]} exchanges
 * @returns {Promise<Answer[]>}
 */
export function ask(port, exchanges) {
  return new Promise((resolve, reject) => {
    /** @type {Answer[]} */
    const answers = [];
    let bytes = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1');
    const fail = (/** @type {Error} */ error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () =>
      fail(new Error(`${answers.length} of ${exchanges.length} answers came`)),
    );
    socket.on('error', fail);
    socket.on('end', () => fail(new Error(`closed after ${answers.length} of ${exchanges.length} answers`)));
    socket.on('data', (chunk) => {
      try {
        bytes = Buffer.concat([bytes, chunk]);
        for (let read = readAnswer(bytes); read !== undefined; read = readAnswer(bytes)) {
          answers.push(read.answer);
          bytes = bytes.subarray(read.length);
        }
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      if (answers.length < exchanges.length) return;
      socket.destroy();
      if (answers.length > exchanges.length || bytes.length > 0) reject(new Error('more was answered than asked'));
      else resolve(answers);
    });
    socket.write(exchanges.map((exchange) => requestText(exchange, `127.0.0.1:${port}`)).join(''));
  });
}

/**
 * Throws unless every exchange of a scenario is answered exactly as expected: each on its own and, where the scenario
 * pipelines, all in one write, whose answers must come in the order of the requests.
 * @param {number} port @param {Scenario} scenario
 */
export async function check(port, scenario) {
  const exchanges = [...scenario.exchanges, ...(scenario.alsoChecked ?? [])];
  for (const exchange of exchanges) await checkTogether(port, [exchange]);
  if (scenario.pipelining > 1) {
    const [first] = scenario.exchanges;
    const mixed = exchanges.flatMap((exchange) => (first === undefined ? [exchange] : [first, exchange]));
    for (let at = 0; at < mixed.length; at += scenario.pipelining) {
      await checkTogether(port, mixed.slice(at, at + scenario.pipelining));
    }
  }
}

/** @param {number} port @param {Exchange[]} exchanges */
async function checkTogether(port, exchanges) {
  const answers = await ask(port, exchanges);
  for (const [index, exchange] of exchanges.entries()) {
    const answer = answers[index];
    const problem = answer === undefined ? 'no answer' : answerProblem(answer, exchange.expected);
    if (problem === undefined) continue;
    const place = exchanges.length > 1 ? ` (${index + 1} of ${exchanges.length} pipelined)` : '';
    throw new Error(`${exchange.method} ${exchange.path}${place}: ${problem}`);
  }
}
