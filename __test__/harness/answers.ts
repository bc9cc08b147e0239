// Reads answers from the bytes of a connection, strictly: what is not exactly an HTTP/1.1 answer is an error.
import assert from 'node:assert/strict';

/** An answer. */
export interface Answer {
  readonly status: number;
  /** Field values by lower-case name; every field line on its own. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  /** The value of a field that must not repeat. */
  field(name: string): string | undefined;
  text(): string;
  json(): unknown;
}

/** An answer made of its parts. */
export function answerOf(status: number, fields: ReadonlyMap<string, readonly string[]>, body: Buffer): Answer {
  return {
    status,
    fields,
    body,
    field: (name) => {
      const values = fields.get(name);
      assert.ok(values === undefined || values.length === 1, `${name} stands once`);
      return values?.[0];
    },
    text: () => body.toString(),
    json: () => JSON.parse(body.toString()) as unknown,
  };
}

/** Answers read, and how many bytes they took. */
export interface Parsed {
  readonly answers: Answer[];
  readonly used: number;
}

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?([\t\x20-\x7e\x80-\xff]*)$/;

/**
 * Reads the complete answers in `bytes`; `isHead` tells whether the n-th final answer is one to HEAD, `hasEnded` whether the
 * connection has, which completes an answer that is delimited by it.
 */
export function parseAnswers(
  bytes: Buffer,
  isHead: (index: number) => boolean = () => false,
  hasEnded = false,
): Parsed {
  const answers: Answer[] = [];
  let used = 0;
  let final = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', used);
    if (end === -1) return { answers, used };
    const [statusLine = '', ...lines] = bytes.toString('latin1', used, end).split('\r\n');
    const status = Number(STATUS_LINE.exec(statusLine)?.[1] ?? assert.fail(`no status line: ${statusLine}`));
    const fields = new Map<string, string[]>();
    for (const line of lines) {
      const [, name = '', value = ''] = FIELD.exec(line) ?? assert.fail(`no field line: ${JSON.stringify(line)}`);
      fields.set(name.toLowerCase(), [...(fields.get(name.toLowerCase()) ?? []), value]);
    }
    const start = end + 4;
    const content = contentOf(bytes.subarray(start), status, fields, status >= 200 && isHead(final), hasEnded);
    if (content === undefined) return { answers, used };
    answers.push(answerOf(status, fields, content.body));
    if (status >= 200) final += 1;
    used = start + content.used;
  }
}

interface Content {
  readonly body: Buffer;
  readonly used: number;
}

const NOTHING: Content = { body: Buffer.alloc(0), used: 0 };

/** The content behind a head; `undefined` while it is not complete. */
function contentOf(
  bytes: Buffer,
  status: number,
  fields: ReadonlyMap<string, readonly string[]>,
  isHead: boolean,
  hasEnded: boolean,
): Content | undefined {
  const codings = fields.get('transfer-encoding');
  if (codings !== undefined) {
    assert.deepEqual(codings, ['chunked']);
    assert.ok(!fields.has('content-length'), 'a chunked answer has no Content-Length');
    assert.ok(status >= 200 && status !== 204 && status !== 304, `${status} has no Transfer-Encoding`);
    return isHead ? NOTHING : chunkedContent(bytes);
  }
  const isDelimited = fields.has('content-length') || status < 200 || status === 204 || status === 304;
  if (!isDelimited && fields.get('connection')?.[0] === 'close') {
    if (isHead) return NOTHING;
    return hasEnded ? { body: bytes, used: bytes.length } : undefined;
  }
  const length = bodyLength(status, fields, isHead);
  return bytes.length < length ? undefined : { body: bytes.subarray(0, length), used: length };
}

/** Decodes chunks strictly, as our server writes them: lower-case digits without leading zeros, no extensions, no trailers. */
function chunkedContent(bytes: Buffer): Content | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) return undefined;
    const digits = bytes.toString('latin1', at, end);
    assert.match(digits, /^(0|[1-9a-f][0-9a-f]*)$/, 'a chunk begins with its size');
    const size = Number.parseInt(digits, 16);
    const start = end + 2;
    if (bytes.length < start + size + 2) return undefined;
    assert.equal(bytes.toString('latin1', start + size, start + size + 2), '\r\n', 'a chunk has its size');
    if (size === 0) return { body: Buffer.concat(chunks), used: start + 2 };
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}

function bodyLength(status: number, fields: ReadonlyMap<string, readonly string[]>, isHead: boolean): number {
  const lengths = fields.get('content-length') ?? [];
  if (status < 200 || status === 204) {
    assert.deepEqual(lengths, [], `${status} has no Content-Length (RFC 9110 §8.6)`);
    return 0;
  }
  if (status === 304) return 0;
  assert.equal(lengths.length, 1, `an answer of ${status} has one Content-Length`);
  assert.match(lengths[0] ?? '', /^\d+$/);
  return isHead ? 0 : Number(lengths[0]);
}
