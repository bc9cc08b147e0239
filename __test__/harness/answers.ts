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

/** Reads the complete answers in `bytes`; `isHead` tells whether the n-th final answer is one to HEAD. */
export function parseAnswers(bytes: Buffer, isHead: (index: number) => boolean = () => false): Parsed {
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
    const length = bodyLength(status, fields, status >= 200 && isHead(final));
    if (bytes.length < start + length) return { answers, used };
    answers.push(answerOf(status, fields, bytes.subarray(start, start + length)));
    if (status >= 200) final += 1;
    used = start + length;
  }
}

function bodyLength(status: number, fields: ReadonlyMap<string, readonly string[]>, isHead: boolean): number {
  assert.ok(!fields.has('transfer-encoding'), 'answers of known length have no Transfer-Encoding');
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
