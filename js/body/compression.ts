// Compressing answers (RFC 9110 §8.4): which, with what, and the encoding itself. Pure; the answer layer calls it and
// owns the headers. What it must do with a decision:
//
// - `coding`: set `Content-Encoding`, drop the `Content-Length` of the plain body, make a strong `ETag` weak
//   (`weakEtag`): its bytes are not those of the plain representation (RFC 9110 §8.8.3.3).
// - `varies`: add `Vary: Accept-Encoding` (`addVary`), also when this client gets the plain body, and to the 304 of
//   what a 200 would vary by. Not set for a body below `minBytes`: everybody gets that one plain.
// - HEAD: decide as for GET. `Content-Length` is left out where a coding was chosen: only encoding would tell it
//   (RFC 9110 §9.3.2).
// - `isAcceptable` is false for a client that refuses both what we have and plain content. It may be answered 406, but
//   plain content is the better answer once a handler has acted (RFC 9110 §12.1).
//
// Secrets beside what a client can choose must not be compressed (BREACH): `Cache-Control: no-transform` and a
// `Content-Encoding: identity` of the application's own turn it off for an answer.
import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';
import { native } from '../native.ts';

/** A coding that answers can have. */
export type ContentCoding = 'br' | 'gzip' | 'zstd';

/** How answers are compressed. */
export interface CompressionOptions {
  /** What is offered; where a client has no preference the first is used. Default `['gzip', 'br']`. */
  readonly codings?: readonly ContentCoding[];
  /** Shorter bodies are sent as they are; 0-1,073,741,824, default 1,024. */
  readonly minBytes?: number;
  /** Effort, from fast to small: `br` 0-11, default 5; `gzip` 1-9, default 4. `zstd` has one level. */
  readonly levels?: { readonly br?: number; readonly gzip?: number };
}

/** Options with every default in its place; `chooseCoding` remembers in it what clients asked for. */
export interface ResolvedCompression {
  readonly codings: readonly ContentCoding[];
  readonly minBytes: number;
  readonly levels: Readonly<Record<ContentCoding, number>>;
  readonly choices: Map<string, Choice>;
}

/** What the answer to one request may be. */
export interface CodingDecision {
  /** The coding to use; `undefined` for the plain body. */
  readonly coding: ContentCoding | undefined;
  /** Whether another client would get another representation. */
  readonly varies: boolean;
  /** Whether the client accepts what it gets. */
  readonly isAcceptable: boolean;
}

/** What an answer is before it is compressed. */
export interface PlainAnswer {
  readonly status: number;
  /** Bytes of the body; `undefined` for a stream. */
  readonly bytes: number | undefined;
  readonly contentType: string | undefined;
  /** A header of the answer by its name in lower case. */
  header(name: string): string | undefined;
}

interface Choice {
  readonly coding: ContentCoding | undefined;
  readonly identity: boolean;
}

const CODINGS: readonly ContentCoding[] = ['gzip', 'br', 'zstd'];
const DEFAULT_CODINGS: readonly ContentCoding[] = ['gzip', 'br'];
const DEFAULT_MIN_BYTES = 1024;
const MAX_MIN_BYTES = 1_073_741_824;

/** Above these, encoding at the default level would hold up the event loop for about a millisecond; measured. */
const NOW_BYTES: Readonly<Record<ContentCoding, number>> = { gzip: 65_536, br: 32_768, zstd: 65_536 };

/** Clients send few different fields, and answers have few types; a stranger who sends many must not fill the memory. */
const MAX_KEYS = 64;
const MAX_KEY_LENGTH = 128;

/** By content type. */
const compressible = new Map<string, boolean>();

/** Names, ranges and defaults of the levels. */
const LEVELS = new Map(native.codings().map((coding) => [coding.name, coding]));

const NO_TRANSFORM = /(?:^|,)\s*no-transform\s*(?:,|$)/i;
const PLAIN: CodingDecision = Object.freeze({ coding: undefined, varies: false, isAcceptable: true });

/** Checks options and fills in the defaults; `false` for none, `true` for all of them. */
export function resolveCompression(options: boolean | CompressionOptions): ResolvedCompression | undefined {
  if (options === false) return undefined;
  const given: CompressionOptions = options === true ? {} : options;
  checkNames('compression', given, ['codings', 'minBytes', 'levels']);
  const { codings = DEFAULT_CODINGS, minBytes = DEFAULT_MIN_BYTES, levels = {} } = given;
  if (!Array.isArray(codings) || codings.length === 0 || new Set(codings).size !== codings.length) {
    throw invalidOption('compression.codings', 'an array of different codings, at least one', codings);
  }
  for (const coding of codings as readonly ContentCoding[]) {
    if (!CODINGS.includes(coding)) throw invalidOption('compression.codings', "of 'gzip', 'br' and 'zstd'", coding);
  }
  checkNames('compression.levels', levels, ['br', 'gzip']);
  return {
    codings: [...codings],
    minBytes: checkInteger('compression.minBytes', minBytes, 0, MAX_MIN_BYTES),
    levels: { br: levelOf('br', levels.br), gzip: levelOf('gzip', levels.gzip), zstd: levelOf('zstd', undefined) },
    choices: new Map(),
  };
}

function levelOf(coding: ContentCoding, level: number | undefined): number {
  const { least = 0, most = 0, fallback = 0 } = LEVELS.get(coding) ?? {};
  return level === undefined ? fallback : checkInteger(`compression.levels.${coding}`, level, least, most);
}

/** Decides how an answer is sent to a client with this `Accept-Encoding`. */
export function chooseCoding(
  resolved: ResolvedCompression,
  acceptEncoding: string | undefined,
  answer: PlainAnswer,
): CodingDecision {
  if (!mayBeCompressed(answer)) return PLAIN;
  const choice = choiceFor(resolved, acceptEncoding);
  if (answer.status === 304) return { coding: undefined, varies: true, isAcceptable: true };
  // A client that refuses plain content gets none, however short.
  const isShort = answer.bytes !== undefined && answer.bytes < resolved.minBytes && choice.identity;
  if (isShort) return PLAIN;
  return { coding: choice.coding, varies: true, isAcceptable: choice.identity || choice.coding !== undefined };
}

/** Whether the representation may be changed, and is of a type that becomes smaller. */
function mayBeCompressed(answer: PlainAnswer): boolean {
  const { status, contentType } = answer;
  if (status < 200 || status === 204 || status === 205 || status === 206) return false;
  if (contentType === undefined || !isCompressible(contentType)) return false;
  if (answer.header('content-encoding') !== undefined || answer.header('content-range') !== undefined) return false;
  const cacheControl = answer.header('cache-control');
  return cacheControl === undefined || !NO_TRANSFORM.test(cacheControl);
}

function isCompressible(contentType: string): boolean {
  return remembered(compressible, contentType, () => native.isCompressible(contentType));
}

function choiceFor(resolved: ResolvedCompression, acceptEncoding: string | undefined): Choice {
  const field = acceptEncoding ?? '';
  return remembered(resolved.choices, field, () => {
    const { coding, identity } = native.negotiateCoding(field, [...resolved.codings]);
    return { coding: CODINGS.find((name) => name === coding), identity };
  });
}

/** What was found for a key before, or is now. */
function remembered<T>(known: Map<string, T>, key: string, find: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = find();
  if (key.length <= MAX_KEY_LENGTH) {
    if (known.size >= MAX_KEYS) known.clear();
    known.set(key, found);
  }
  return found;
}

/** An `ETag` for the encoded form of what a strong one named; a weak one stays. */
export function weakEtag(etag: string): string {
  return etag.startsWith('W/') ? etag : `W/${etag}`;
}

/** `Vary` with `Accept-Encoding` in it, once. */
export function addVary(vary: string | undefined): string {
  if (vary === undefined || vary.trim() === '') return 'Accept-Encoding';
  const names = vary.split(',').map((name) => name.trim().toLowerCase());
  return names.includes('*') || names.includes('accept-encoding') ? vary : `${vary}, Accept-Encoding`;
}

/** Whether a body of this length is better encoded by `compressLater`. */
export function isLong(coding: ContentCoding, bytes: number): boolean {
  return bytes > NOW_BYTES[coding];
}

/** Encodes on this thread. */
export function compressNow(
  resolved: ResolvedCompression,
  coding: ContentCoding,
  content: Uint8Array | string,
): Uint8Array {
  return native.encode(coding, resolved.levels[coding], content);
}

/** Encodes on the thread pool; the content is copied before this returns. */
export function compressLater(
  resolved: ResolvedCompression,
  coding: ContentCoding,
  content: Uint8Array | string,
): Promise<Uint8Array> {
  return native.encodeLater(coding, resolved.levels[coding], content);
}
