// Values as lines of JSON (`application/x-ndjson`).
import { NexureError } from '../errors/nexure-error.ts';

/** Text that is collected of values that are there at once; each chunk is one call to the core. */
const CHUNK_UNITS = 16 * 1024;

/** The lines of some values, asked for as they are taken. */
export function ndjsonOf(values: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<string> | Iterator<string> {
  return Symbol.asyncIterator in values ? asyncLines(values) : syncLines(values);
}

async function* asyncLines(values: AsyncIterable<unknown>): AsyncGenerator<string, void, undefined> {
  for await (const value of values) yield lineOf(value);
}

function* syncLines(values: Iterable<unknown>): Generator<string, void, undefined> {
  let chunk = '';
  for (const value of values) {
    chunk += lineOf(value);
    if (chunk.length < CHUNK_UNITS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

function lineOf(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new NexureError('ERR_NEXURE_ANSWER_TYPE', `a ${typeof value} has no JSON form`);
  return `${text}\n`;
}
