// Rows of finished requests as the core writes them, made into events. Strings that are rarely looked at are made when
// they are.
import { column, native } from '../native.ts';

import type { AnyContext } from '../context/access.ts';
import type { FastBuffer } from '../server/record.ts';
import type { ResponseEvent } from './response-event.ts';

const WORDS = column('FINISHED_WORDS');
const SLOT = column('FINISHED_SLOT');
const GENERATION = column('FINISHED_GENERATION');
const NUMBER = column('FINISHED_NUMBER');
const ROUTE = column('FINISHED_ROUTE');
const HEAD = column('FINISHED_HEAD');
const BODY_BYTES = column('FINISHED_BODY_BYTES');
const BODY_BYTES_HIGH = column('FINISHED_BODY_BYTES_HIGH');
const DURATION = column('FINISHED_DURATION');
const DURATION_HIGH = column('FINISHED_DURATION_HIGH');
const LENGTHS = column('FINISHED_LENGTHS');
const COLUMNS = column('FINISHED_COLUMNS');
const ABORTED = column('FINISHED_FLAG_ABORTED');
const NATIVE = column('FINISHED_FLAG_NATIVE');

const METHODS: readonly string[] = native.methods();

/** What a row does not say, and its reader knows. */
export interface RowSource {
  /** The context that JavaScript has had under a number; it is asked for once. */
  take(number: number): AnyContext | undefined;
  /** The pattern of a route. */
  patternOf(route: number): string | undefined;
  /** The address of a connection that was open before somebody watched. */
  peerAddress(slot: number, generation: number): string | undefined;
}

class FinishedResponse implements ResponseEvent {
  readonly context: AnyContext | undefined;
  readonly method: string;
  readonly path: string;
  readonly route: string | undefined;
  readonly status: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly outcome: 'complete' | 'aborted';
  readonly isNative: boolean;
  readonly #words: Uint32Array;
  readonly #bytes: FastBuffer;
  readonly #at: number;
  readonly #source: RowSource;

  constructor(words: Uint32Array, bytes: FastBuffer, at: number, source: RowSource) {
    const word = (place: number): number => words[at + place] as number;
    const lengths = word(LENGTHS);
    const head = word(HEAD);
    const start = (at + COLUMNS) * 4;
    const methodEnd = start + ((lengths >>> 16) & 0xff);
    this.#words = words;
    this.#bytes = bytes;
    this.#at = at;
    this.#source = source;
    this.context = source.take(word(NUMBER));
    this.method = METHODS[(head >>> 16) & 0xff] ?? bytes.latin1Slice(start, methodEnd);
    this.path = bytes.latin1Slice(methodEnd, methodEnd + (lengths & 0xffff));
    this.route = source.patternOf(word(ROUTE));
    this.status = head & 0xffff;
    this.bytes = word(BODY_BYTES) + word(BODY_BYTES_HIGH) * 2 ** 32;
    this.durationMs = (word(DURATION) + word(DURATION_HIGH) * 2 ** 32) / 1000;
    this.outcome = ((head >>> 24) & ABORTED) === 0 ? 'complete' : 'aborted';
    this.isNative = ((head >>> 24) & NATIVE) !== 0;
  }

  get requestId(): string | undefined {
    const { requestId } = (this.context ?? {}) as { requestId?: unknown };
    return typeof requestId === 'string' ? requestId : undefined;
  }

  get ip(): string | undefined {
    const origin = this.context?.request.$origin;
    if (origin !== undefined) return origin.ip;
    const at = this.#at;
    const words = this.#words;
    const lengths = words[at + LENGTHS] as number;
    const start = (at + COLUMNS) * 4 + ((lengths >>> 16) & 0xff) + (lengths & 0xffff);
    const length = lengths >>> 24;
    if (length > 0) return this.#bytes.latin1Slice(start, start + length);
    return this.#source.peerAddress(words[at + SLOT] as number, words[at + GENERATION] as number);
  }
}

/** Makes an event of each row, and has `tell` called with it and the number of its route. */
export function readRows(
  rows: Uint8Array,
  source: RowSource,
  tell: (event: ResponseEvent, route: number) => void,
): void {
  const words = new Uint32Array(rows.buffer, rows.byteOffset, rows.byteLength / 4);
  const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength) as FastBuffer;
  for (let at = 0; at < words.length; at += words[at + WORDS] as number) {
    tell(new FinishedResponse(words, bytes, at, source), words[at + ROUTE] as number);
  }
}
