// No spelling of `Content-Type` brings a body past the schema of its route: thousands of mutations, each with a body that
// fits and one that does not, over sockets. What reaches the handler is always the value that was validated.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { serve } from '../harness/server.ts';

import type { RawClient } from '../harness/client.ts';
import type { SocketTransport } from '../harness/server.ts';

const SEEDS = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'application/vnd.api+json',
  'application/problem+json; profile="a b"',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/json',
  'application/octet-stream',
  'application/javascript',
  'application/jsonp',
  '*/*',
  '',
];

/** What is put into a content type, beside single characters. */
const PIECES = [
  ...' \t;,/+="\'\\.*%()<>@:?[]{}',
  '\u{a0}',
  '\u{e9}',
  '\u{ff}',
  'json',
  '+json',
  'charset',
  'charset=',
  'charset=utf-8',
  'charset=utf-16',
  'charset=utf-7',
  ';charset="utf-8"',
  'application/json',
  ', application/json',
  ', text/plain',
  'text/plain, ',
  'x-www-form-urlencoded',
  ' ;',
  '; q=1',
  'boundary=x',
];

/** Deterministic, so that a failure can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function* mutations(count: number): Generator<string> {
  const next = numbers(20_260_101);
  const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T;
  for (let made = 0; made < count; made += 1) {
    let text = pick(SEEDS);
    for (let steps = next(3); steps >= 0; steps -= 1) {
      const at = next(text.length + 1);
      const kind = next(7);
      if (kind === 0) text = text.slice(0, at) + pick(PIECES) + text.slice(at);
      else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + next(3));
      else if (kind === 2) text = text.slice(0, at) + pick(PIECES) + text.slice(at + 1);
      else if (kind === 3) text = text.slice(0, at) + swapped(text.slice(at, at + 4)) + text.slice(at + 4);
      else if (kind === 4) text = text.slice(at) + text.slice(0, at);
      else if (kind === 5) text += pick(PIECES) + pick(PIECES);
      else text = `${text}${pick([',', ';', ' ', ', '])}${pick(SEEDS)}`;
    }
    yield text;
  }
}

function swapped(text: string): string {
  const upper = text.toUpperCase();
  return upper === text ? text.toLowerCase() : upper;
}

/** A request whose field lines are these. */
function request(lines: string, body: string): Buffer {
  const head = `POST / HTTP/1.1\r\nHost: a\r\n${lines}Content-Length: ${body.length}\r\n\r\n`;
  return Buffer.from(head + body, 'latin1');
}

/** Sends one request after the other, on a new connection where the last one was ended. */
async function statuses(connect: () => Promise<RawClient>, requests: Iterable<Buffer>): Promise<number[]> {
  const found: number[] = [];
  let client = await connect();
  let answered = 0;
  for (const bytes of requests) {
    client.write(bytes);
    answered += 1;
    const answer = (await client.answers(answered)).at(-1);
    found.push(answer?.status ?? 0);
    if (answer?.field('connection') === 'close' || answered === 100) {
      client.destroy();
      client = await connect();
      answered = 0;
    }
  }
  client.destroy();
  return found;
}

for (const [transport, count] of [
  ['uv', 10_000],
  ['portable', 1000],
] as [SocketTransport, number][]) {
  test(`${count} mutations over ${transport}: each body is validated or refused`, async (t) => {
    const seen: unknown[] = [];
    const { connect } = await serve(t, transport, (app) => {
      const body = { type: 'object', required: ['id'], properties: { id: { type: 'string', const: 'right' } } };
      app.post('/', { schema: { body } }, (ctx) => {
        seen.push(ctx.body);
        return 'ok';
      });
    });
    const types = [...mutations(count)];
    // The first two are read as JSON or as a form if they are read at all, the others are right as neither.
    const right = types.flatMap((type) => {
      const line = `Content-Type: ${type}\r\n`;
      return [request(line, '{"id":"right"}'), request(line, 'id=right')];
    });
    const accepted = (await statuses(connect, right)).filter((status) => status === 200).length;
    assert.equal(seen.length, accepted);
    for (const body of seen) assert.deepEqual({ ...(body as object) }, { id: 'right' });
    assert.ok(accepted > count / 40 && accepted < count, `${accepted} of ${right.length} were accepted`);
    t.diagnostic(`${accepted} of ${right.length} were accepted`);
    seen.length = 0;
    const wrong = types.flatMap((type) => {
      const line = `Content-Type: ${type}\r\n`;
      return [request(line, '{"id":"wrong"}'), request(line, 'id=wrong')];
    });
    const refused = await statuses(connect, wrong);
    assert.deepEqual(seen, [], 'no handler has run');
    const known = new Set([400, 415, 422]);
    assert.deepEqual(
      refused.filter((status) => !known.has(status)),
      [],
    );
  });
}

test('refuses two fields, no field and an empty one', async (t) => {
  const { connect } = await serve(t, 'uv', (app) => {
    app.post('/', { schema: { body: true } }, () => assert.fail('the handler has run'));
  });
  const json = 'Content-Type: application/json\r\n';
  const cases = [json + json, `${json}content-type: text/plain\r\n`, '', 'Content-Type: \r\n', 'Content-Type:\r\n'];
  const found = await statuses(
    connect,
    cases.map((lines) => request(lines, '{}')),
  );
  assert.deepEqual(found, [400, 400, 415, 415, 415]);
});
