// Reading request records: columns of numbers over the bytes as they were received. Strings are made on demand.
//
// A record lies in the arena of its batch, or, once the batch is over and the request still unanswered, as a copy in
// a slab. Both are the same layout, so a reader does not know which; an epoch tells it that the arena has moved on.
import { column } from '../native.ts';

/** The methods of `Buffer` that Node documents only by their longer forms; each is one native call. */
export interface FastBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, offset: number): number;
  latin1Write(text: string, offset: number): number;
}

const WORDS = column('REQUEST_WORDS');
const PATH = column('REQUEST_PATH');
const QUERY = column('REQUEST_QUERY');
const COUNTS = column('REQUEST_COUNTS');
const KIND = column('REQUEST_KIND');
const BODY_AT = column('REQUEST_BODY_AT');
const BODY_LENGTH = column('REQUEST_BODY_LENGTH');
const SPANS_AT = column('REQUEST_SPANS_AT');
const ROUTE = column('REQUEST_ROUTE');
const VERDICT = column('REQUEST_VERDICT');
const INPUT_AT = column('REQUEST_INPUT_AT');
const INPUT_LENGTH = column('REQUEST_INPUT_LENGTH');
const INVALID = column('REQUEST_FLAG_INVALID');
const COLUMNS = column('REQUEST_COLUMNS');

/** Words of a slab: records of pending requests share one until it is full, and die with the last of them. */
const SLAB_WORDS = 16 * 1024;

/** Memory that holds records. */
export class RecordMemory {
  readonly words: Uint32Array;
  readonly bytes: FastBuffer;
  /** Rises when the records of the arena are overwritten; never in a slab. */
  epoch = 0;
  /** Words used, in a slab. */
  used = 0;

  constructor(words: number) {
    this.words = new Uint32Array(words);
    this.bytes = Buffer.from(this.words.buffer) as FastBuffer;
  }

  /** Copies a record to this slab; -1 when it has no room. */
  adopt(from: RecordMemory, at: number): number {
    const words = from.words[at + WORDS] as number;
    const start = this.used;
    if (start + words > this.words.length) return -1;
    from.bytes.copy(this.bytes, start * 4, at * 4, (at + words) * 4);
    this.used = start + words;
    return start;
  }

  /** A slab that has room for the record at `at`. */
  static slabFor(from: RecordMemory, at: number): RecordMemory {
    return new RecordMemory(Math.max(SLAB_WORDS, from.words[at + WORDS] as number));
  }
}

/** A stretch of a head as text; what was sent are octets, so each is one character. */
function spanText(memory: RecordMemory, at: number, span: number): string {
  const start = (at + COLUMNS) * 4 + (span & 0xffff);
  return memory.bytes.latin1Slice(start, start + ((span >>> 16) & 0x7fff));
}

/** The raw path. */
export function pathOf(memory: RecordMemory, at: number): string {
  return spanText(memory, at, memory.words[at + PATH] as number);
}

/** The raw query, without its `?`. */
export function queryOf(memory: RecordMemory, at: number): string {
  return spanText(memory, at, memory.words[at + QUERY] as number);
}

/** The method's number. */
export function methodOf(memory: RecordMemory, at: number): number {
  return ((memory.words[at + KIND] as number) >>> 8) & 0xff;
}

/** The flags. */
export function flagsOf(memory: RecordMemory, at: number): number {
  return (memory.words[at + KIND] as number) >>> 16;
}

/** How the core would answer a request that it has handed over. */
export interface Verdict {
  readonly status: number;
  /** What `Allow` lists, with 405 and 204. */
  readonly allow: string;
}

/**
 * The number of the route that refuses a request: its own, whose content is too long or whose schemas it does not fit, or
 * without one that of its method.
 */
export function refusingRouteOf(memory: RecordMemory, at: number): number {
  const route = memory.words[at + ROUTE] as number;
  const isOwn = (flagsOf(memory, at) & INVALID) !== 0 || ((memory.words[at + VERDICT] as number) & 0xffff) === 413;
  return isOwn ? route : route + methodOf(memory, at);
}

/** The verdict on a request without a route; `methods` are all there are, in the order of their numbers. */
export function verdictOf(memory: RecordMemory, at: number, methods: readonly string[]): Verdict {
  const word = memory.words[at + VERDICT] as number;
  return { status: word & 0xffff, allow: methods.filter((_, number) => ((word >>> 16) >> number) & 1).join(', ') };
}

/** How many route parameters there are. */
export function paramCountOf(memory: RecordMemory, at: number): number {
  return (memory.words[at + COUNTS] as number) >>> 16;
}

/** The decoded route parameter with this number. Escapes were checked natively, so decoding cannot fail. */
export function paramOf(memory: RecordMemory, at: number, index: number): string {
  const { words } = memory;
  const fields = (words[at + COUNTS] as number) & 0xffff;
  const span = words[at + (words[at + SPANS_AT] as number) / 4 + fields * 2 + index] as number;
  const text = spanText(memory, at, span);
  return span >>> 31 === 0 ? text : decodeURIComponent(text);
}

/**
 * The value of a field by its lower-case name: `undefined` when it is absent, joined with `, ` when it repeats
 * (`; ` for `cookie`; RFC 9110 §5.3, RFC 6265 §5.4).
 */
export function fieldOf(memory: RecordMemory, at: number, name: string): string | undefined {
  const { words, bytes } = memory;
  const count = (words[at + COUNTS] as number) & 0xffff;
  const head = (at + COLUMNS) * 4;
  let span = at + (words[at + SPANS_AT] as number) / 4;
  let found: string | undefined;
  for (let index = 0; index < count; index += 1, span += 2) {
    const field = words[span] as number;
    if (field >>> 16 !== name.length || !isName(bytes, head + (field & 0xffff), name)) continue;
    const value = spanText(memory, at, words[span + 1] as number);
    found = found === undefined ? value : `${found}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return found;
}

/** Compares a field name with a lower-case one; only letters differ in case (RFC 9110 §5.1). */
function isName(bytes: FastBuffer, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const byte = bytes[start + index] as number;
    const folded = byte >= 65 && byte <= 90 ? byte | 32 : byte;
    if (folded !== name.charCodeAt(index)) return false;
  }
  return true;
}

/** All fields by lower-case name, in order of appearance. */
export function fieldsOf(memory: RecordMemory, at: number): Record<string, string> {
  const { words } = memory;
  const count = (words[at + COUNTS] as number) & 0xffff;
  const result = Object.create(null) as Record<string, string>;
  let span = at + (words[at + SPANS_AT] as number) / 4;
  for (let index = 0; index < count; index += 1, span += 2) {
    const name = spanText(memory, at, words[span] as number).toLowerCase();
    const value = spanText(memory, at, words[span + 1] as number);
    const before = result[name];
    result[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return result;
}

/** Names and values of all fields by turns, as they were sent. */
export function rawFieldsOf(memory: RecordMemory, at: number): string[] {
  const { words } = memory;
  const count = ((words[at + COUNTS] as number) & 0xffff) * 2;
  const first = at + (words[at + SPANS_AT] as number) / 4;
  const result: string[] = [];
  for (let index = 0; index < count; index += 1) {
    result.push(spanText(memory, at, words[first + index] as number));
  }
  return result;
}

/** Bytes of the body. */
export function bodyLengthOf(memory: RecordMemory, at: number): number {
  return memory.words[at + BODY_LENGTH] as number;
}

/** What schemas have made of the request beside its body, as JSON; `''` for nothing. */
export function inputTextOf(memory: RecordMemory, at: number): string {
  const length = memory.words[at + INPUT_LENGTH] as number;
  if (length === 0) return '';
  const start = at * 4 + (memory.words[at + INPUT_AT] as number);
  return memory.bytes.utf8Slice(start, start + length);
}

/** An inline body as text; bytes that are not UTF-8 become U+FFFD. */
export function bodyTextOf(memory: RecordMemory, at: number): string {
  const start = at * 4 + (memory.words[at + BODY_AT] as number);
  return memory.bytes.utf8Slice(start, start + bodyLengthOf(memory, at));
}

/** An inline body as bytes of its own. */
export function bodyBytesOf(memory: RecordMemory, at: number): Uint8Array {
  const start = at * 4 + (memory.words[at + BODY_AT] as number);
  // A copy with memory of its own: the arena is never shown to anybody.
  return new Uint8Array(memory.bytes.buffer, start, bodyLengthOf(memory, at)).slice();
}
