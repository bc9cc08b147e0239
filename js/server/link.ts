// The JavaScript side of the shared tables: requests come out of the arena as contexts, answers go into the answer
// table. Everything on this page runs for every request.
import { access } from '../context/access.ts';
import { Context } from '../context/context.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { column } from '../native.ts';
import { published, requestStart } from '../observe/channels.ts';
import { Observer } from '../observe/observer.ts';
import { AsyncScope } from './async-scope.ts';
import { RecordMemory, refusingRouteOf } from './record.ts';
import { Watchers } from './watchers.ts';

import type { AnyContext } from '../context/access.ts';
import type { Audience } from '../observe/observer.ts';
import type { CompiledRoute } from '../route.ts';
import type { Serializer } from '../serialize/serializer.ts';
import type { Exchange } from './exchange.ts';
import type { NativeSide } from './native-side.ts';
import type { FastBuffer } from './record.ts';

const WORDS = column('REQUEST_WORDS');
const SLOT = column('REQUEST_SLOT');
const GENERATION = column('REQUEST_GENERATION');
const SEQUENCE = column('REQUEST_SEQUENCE');
const ROUTE = column('REQUEST_ROUTE');
const KIND = column('REQUEST_KIND');
const WATCHED = column('REQUEST_WATCHED');
const REQUEST = column('KIND_REQUEST');
const REFUSED = column('KIND_REFUSED');
const FINISHED = column('KIND_FINISHED');
const ANSWER_SLOT = column('ANSWER_SLOT');
const ANSWER_GENERATION = column('ANSWER_GENERATION');
const ANSWER_SEQUENCE = column('ANSWER_SEQUENCE');
const ANSWER_HEAD = column('ANSWER_HEAD');
const ANSWER_FIELDS_LENGTH = column('ANSWER_FIELDS_LENGTH');
const ANSWER_BODY_LENGTH = column('ANSWER_BODY_LENGTH');
const ANSWER_BODY_AT = column('ANSWER_BODY_AT');
const ANSWER_ROWS = column('ANSWER_ROWS');
const ANSWER_COLUMNS = column('ANSWER_COLUMNS');
const ANSWER_ARENA_BYTES = column('ANSWER_ARENA_BYTES');
const ANSWERS = column('CONTROL_ANSWERS');
const ANSWER_BYTES = column('CONTROL_ANSWER_BYTES');
const CURSOR = column('CONTROL_CURSOR');
const RUNNING = column('CONTROL_RUNNING');
const BODY_TEXT = column('ANSWER_FLAG_BODY_TEXT');
const BODY_ARENA = column('ANSWER_FLAG_BODY_ARENA');
const BODY_REFERENCE = column('ANSWER_FLAG_BODY_REFERENCE');
const BODY_STREAM = column('ANSWER_FLAG_BODY_STREAM');
const CLOSE = column('ANSWER_FLAG_CLOSE');
const REQUEST_ARENA_BYTES = column('REQUEST_ARENA_BYTES');

/** How long handlers may run before what they have answered is sent: a batch stops there and is entered again. */
const BATCH_MS = 5;
/** A clock costs as much as a short handler, so it is read once in so many requests. */
const REQUESTS_PER_CLOCK = 8;
/**
 * Texts up to this length are joined and cross as one string; longer ones are written to the arena one by one. At 256
 * units both cost the same in every batch (benchmark/micro/answer-text.bench.mjs; docs/design/batch-tables.md).
 */
const JOINED_TEXT_UNITS = 256;
/** Joined text is handed over when it has grown to this: V8 moves longer strings to a slower part of its heap. */
const MAX_JOINED_UNITS = 64 * 1024;
/** Bytes from this length on are sent from where they lie; shorter ones are copied, which costs less than a reference. */
const REFERENCED_BYTES = 32 * 1024;

/** The clock as it is now: tests put fake ones in its place. */
const now: () => number = Date.now.bind(Date);

/** The tables of one server. None of this memory is ever handed to user code. */
export class Link {
  readonly arena: RecordMemory = new RecordMemory(REQUEST_ARENA_BYTES / 4);
  readonly answers: Uint32Array = new Uint32Array(ANSWER_ROWS * ANSWER_COLUMNS);
  readonly answerBytes: FastBuffer = Buffer.from(new ArrayBuffer(ANSWER_ARENA_BYTES)) as FastBuffer;
  // On a buffer of its own: V8 may keep the memory of short typed arrays in its heap, where it moves.
  readonly control: Uint32Array = new Uint32Array(new ArrayBuffer(column('CONTROL_CELLS') * 4));
  /** Bodies by reference of the rows in the table; emptied natively when the rows are taken. */
  readonly references: Uint8Array[] = [];
  readonly #routes: readonly CompiledRoute[];
  readonly #scope: AsyncScope = new AsyncScope();
  #native: NativeSide | undefined;
  #text = '';
  #slab: RecordMemory | undefined;
  /** Requests of this batch whose handler has returned a promise. */
  #pending: AnyContext[] = [];
  /** Requests that are told what happens to them, by their token. */
  readonly #watchers: Watchers = new Watchers();
  /** The handlers of the last batch were so slow that the clock is worth a look behind each. */
  #isSlow = false;
  readonly #onStop: Set<() => void> = new Set();
  readonly #audience: Audience;
  #observer: Observer | undefined;

  constructor(routes: readonly CompiledRoute[], audience: Audience) {
    this.#routes = routes;
    this.#audience = audience;
  }

  /** Connects the native side. */
  attach(native: NativeSide): void {
    this.#native = native;
    this.#observer = new Observer(this.#audience, native);
  }

  /** Begins or ends watching, where listeners came or went since the last batch. */
  refresh(): void {
    this.#observer?.refresh();
  }

  /** Runs the handlers of the records from word `at` to `end`; returns how far it came in its time. */
  batch(at: number, end: number): number {
    const { words } = this.arena;
    const { control } = this;
    control[CURSOR] = at;
    control[RUNNING] = 1;
    const observer = this.#observer?.refresh() === true ? this.#observer : undefined;
    const isPublished = requestStart.hasSubscribers;
    const start = now();
    const requestsPerClock = this.#isSlow ? 1 : REQUESTS_PER_CLOCK;
    let cursor = at;
    let count = 1;
    for (; cursor < end; count += 1) {
      control[CURSOR] = cursor;
      const kind = (words[cursor + KIND] as number) & 0xff;
      if (kind !== REQUEST && kind !== REFUSED) {
        this.#tell(kind, words[cursor + SLOT] as number);
        cursor += words[cursor + WORDS] as number;
        continue;
      }
      const number = words[cursor + ROUTE] as number;
      const route = this.#routes[kind === REQUEST ? number : refusingRouteOf(this.arena, cursor)] as CompiledRoute;
      const context = new Context(
        this,
        route,
        cursor,
        words[cursor + SLOT] as number,
        words[cursor + GENERATION] as number,
        words[cursor + SEQUENCE] as number,
      );
      observer?.note(words[cursor + WATCHED] as number, context as AnyContext);
      const run = kind === REQUEST ? route.run : route.refuse;
      this.#scope.run(isPublished ? published(run) : run, this, context);
      cursor += words[cursor + WORDS] as number;
      if (count % requestsPerClock === 0 && now() - start >= BATCH_MS) break;
    }
    this.#isSlow = now() - start >= (count * BATCH_MS) / REQUESTS_PER_CLOCK;
    control[CURSOR] = cursor;
    control[RUNNING] = 0;
    return cursor;
  }

  /** Answers the record that was running when something threw, at or behind `at`; returns where the next one begins. */
  failCurrent(at: number, fail: (slot: number, generation: number, sequence: number) => void): number {
    const { words } = this.arena;
    const cursor = Math.max(at, this.control[CURSOR] as number);
    fail(words[cursor + SLOT] as number, words[cursor + GENERATION] as number, words[cursor + SEQUENCE] as number);
    return cursor + (words[cursor + WORDS] as number);
  }

  /** Notes a request that will be answered later, so that it is copied out of the arena when the batch ends. */
  defer(context: AnyContext): void {
    this.#pending.push(context);
  }

  /** Ends a batch, or a part of it: saves what is pending, and gives the text of all answers so far. */
  settle(): string {
    if (this.#pending.length > 0) this.#detach();
    this.arena.epoch += 1;
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #detach(): void {
    for (const context of this.#pending) {
      if (access.isEnded(context) || !access.isInArena(context, this.arena)) continue;
      const from = access.recordAt(context);
      let slab = (this.#slab ??= RecordMemory.slabFor(this.arena, from));
      let at = slab.adopt(this.arena, from);
      if (at === -1) {
        slab = this.#slab = RecordMemory.slabFor(this.arena, from);
        at = slab.adopt(this.arena, from);
      }
      access.moveRecord(context, slab, at);
    }
    this.#pending = [];
  }

  /** Answers with text. `fields` are checked field lines, `set` the interned header set. */
  answerWithText(
    context: AnyContext,
    status: number,
    set: number,
    fields: string,
    body: string,
    closes: boolean,
  ): void {
    if (body.length > JOINED_TEXT_UNITS) {
      this.#answerLongText(context, status, set, fields, body, closes);
      return;
    }
    const flags = closes ? BODY_TEXT | CLOSE : BODY_TEXT;
    this.#push(context, status | (set << 16) | (flags << 24), fields, body.length, 0);
    this.#text += body;
    if (this.#text.length > MAX_JOINED_UNITS) this.flush();
  }

  /** Answers with what is in the columns: JSON, written where answers with bytes lie. */
  answerWithColumns(
    context: AnyContext,
    status: number,
    set: number,
    fields: string,
    columns: Serializer,
    closes: boolean,
  ): void {
    const at = this.#reserve(0);
    const bytes = columns.write(this.answerBytes, at);
    if (at + bytes <= ANSWER_ARENA_BYTES) this.#pushArena(context, status, set, fields, at, bytes, closes);
    else this.answerWithBytes(context, status, set, fields, columns.take(bytes), closes);
  }

  /** Answers with bytes that follow step by step; the head leaves at once. */
  answerWithStream(context: AnyContext, status: number, set: number, fields: string, closes: boolean): void {
    const flags = closes ? BODY_STREAM | CLOSE : BODY_STREAM;
    this.#push(context, status | (set << 16) | (flags << 24), fields, 0, 0);
    this.flush();
  }

  /** Answers with bytes. */
  answerWithBytes(
    context: AnyContext,
    status: number,
    set: number,
    fields: string,
    body: Uint8Array,
    closes: boolean,
  ): void {
    const { buffer, byteLength } = body;
    // What can shrink or change under the sender is copied; a Buffer's own `slice` would not copy.
    const fixed = buffer instanceof ArrayBuffer && !(buffer as ArrayBuffer & { resizable?: boolean }).resizable;
    if (byteLength < REFERENCED_BYTES) {
      const at = this.#reserve(byteLength);
      this.answerBytes.set(body, at);
      this.#pushArena(context, status, set, fields, at, byteLength, closes);
      return;
    }
    this.#pushReference(context, status, set, fields, fixed ? body : Uint8Array.prototype.slice.call(body), closes);
  }

  #answerLongText(
    context: AnyContext,
    status: number,
    set: number,
    fields: string,
    body: string,
    closes: boolean,
  ): void {
    // `utf8Write` cuts silently, so room is made first. Three bytes per UTF-16 unit hold any text; where that is too
    // much to ask, the exact number is worth its cost.
    const most = body.length * 3;
    const bytes = most <= ANSWER_ARENA_BYTES / 2 ? most : Buffer.byteLength(body);
    if (bytes > ANSWER_ARENA_BYTES / 2) {
      this.#pushReference(context, status, set, fields, Buffer.from(body), closes);
      return;
    }
    const at = this.#reserve(bytes);
    const written = this.answerBytes.utf8Write(body, at);
    this.#pushArena(context, status, set, fields, at, written, closes);
  }

  /** Makes room for so many bytes in the answer arena; returns where. */
  #reserve(bytes: number): number {
    const at = this.control[ANSWER_BYTES] as number;
    if (at + bytes <= ANSWER_ARENA_BYTES && (this.control[ANSWERS] as number) < ANSWER_ROWS) return at;
    this.flush();
    return 0;
  }

  #pushArena(
    context: AnyContext,
    status: number,
    set: number,
    fields: string,
    at: number,
    bytes: number,
    closes: boolean,
  ): void {
    this.control[ANSWER_BYTES] = at + bytes;
    const flags = closes ? BODY_ARENA | CLOSE : BODY_ARENA;
    this.#push(context, status | (set << 16) | (flags << 24), fields, bytes, at);
  }

  #pushReference(
    context: AnyContext,
    status: number,
    set: number,
    fields: string,
    body: Uint8Array,
    closes: boolean,
  ): void {
    if ((this.control[ANSWERS] as number) >= ANSWER_ROWS) this.flush();
    const index = this.references.push(body) - 1;
    const flags = closes ? BODY_REFERENCE | CLOSE : BODY_REFERENCE;
    this.#push(context, status | (set << 16) | (flags << 24), fields, body.byteLength, index);
  }

  #push(context: AnyContext, head: number, fields: string, bodyLength: number, bodyAt: number): void {
    if (access.isAnswered(context)) {
      throw new NexureError(
        'ERR_NEXURE_ANSWERED_TWICE',
        `the request to ${access.routeOf(context).label} has been answered already`,
      );
    }
    const { answers, control } = this;
    if ((control[ANSWERS] as number) >= ANSWER_ROWS) this.flush();
    const row = control[ANSWERS] as number;
    const at = row * ANSWER_COLUMNS;
    answers[at + ANSWER_SLOT] = access.slotOf(context);
    answers[at + ANSWER_GENERATION] = access.generationOf(context);
    answers[at + ANSWER_SEQUENCE] = access.sequenceOf(context);
    answers[at + ANSWER_HEAD] = head;
    answers[at + ANSWER_FIELDS_LENGTH] = fields.length;
    answers[at + ANSWER_BODY_LENGTH] = bodyLength;
    answers[at + ANSWER_BODY_AT] = bodyAt;
    control[ANSWERS] = row + 1;
    access.markAnswered(context, ((head >>> 24) & BODY_STREAM) === 0);
    if (fields !== '') this.#text += fields;
    if (row === 0) this.#native?.onAnswer();
  }

  /** Hands the answers over before the batch ends, because a table is full. */
  flush(): void {
    const text = this.#text;
    this.#text = '';
    this.#native?.takeAnswers(text);
  }

  #tell(kind: number, token: number): void {
    if (kind === FINISHED) this.#observer?.collect();
    else this.#watchers.tell(kind, token);
  }

  /** Has an exchange told what happens to its request; returns its token, 0 when the request is over. */
  watch(exchange: Exchange, slot: number, generation: number, sequence: number): number {
    const token = this.#watchers.nextToken();
    if (this.#native?.watch(slot, generation, sequence, token) !== true) return 0;
    this.#watchers.add(token, exchange);
    return token;
  }

  /** Tells an exchange nothing more. */
  unwatch(token: number): void {
    this.#watchers.remove(token);
  }

  /** Has `act` called when the server begins to stop; returns what takes that back. */
  onStop(act: () => void): () => void {
    this.#onStop.add(act);
    return () => this.#onStop.delete(act);
  }

  /** The server stops: answers without an end of their own must find one. */
  stop(): void {
    for (const act of this.#onStop) act();
    this.#onStop.clear();
  }

  /** The server has closed every connection at once: nobody else tells those that are watched. */
  end(): void {
    this.#watchers.end();
  }

  /** The last connection is closed: nothing else will tell what finished. */
  close(): void {
    this.#observer?.collect();
  }

  readBody(slot: number, generation: number, sequence: number): Uint8Array | number {
    return this.#native?.readBody(slot, generation, sequence) ?? 2;
  }

  writeBody(slot: number, generation: number, sequence: number, bytes: Uint8Array): number {
    const native = this.#native;
    if (native === undefined) return 2;
    const written = native.writeBody(slot, generation, sequence, bytes);
    native.onAnswer();
    return written;
  }

  endBody(slot: number, generation: number, sequence: number): number {
    const ended = this.#native?.endBody(slot, generation, sequence) ?? 2;
    this.#native?.onAnswer();
    return ended;
  }

  breakBody(slot: number, generation: number, sequence: number): void {
    this.#native?.breakBody(slot, generation, sequence);
    this.#native?.onAnswer();
  }

  bodyText(slot: number, generation: number, sequence: number): string | undefined {
    return this.#native?.bodyText(slot, generation, sequence) ?? undefined;
  }

  bodyBytes(slot: number, generation: number, sequence: number): Uint8Array | undefined {
    return this.#native?.bodyBytes(slot, generation, sequence) ?? undefined;
  }

  peerAddress(slot: number, generation: number): string | undefined {
    return this.#native?.peerAddress(slot, generation) ?? undefined;
  }

  peerIsSecure(slot: number, generation: number): boolean {
    return this.#native?.peerIsSecure(slot, generation) ?? false;
  }
}
