// The whole catalogue over sockets: the statuses it names, nothing answered behind a refusal, and the same bytes back
// however the request arrives.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { parseAnswers } from '../harness/answers.ts';
import { serve, socketTransports, turn } from '../harness/server.ts';
import { catalogue } from './catalogue/all.ts';

import type { TestContext } from 'node:test';
import type { RawClient } from '../harness/client.ts';
import type { Served, SocketTransport } from '../harness/server.ts';
import type { Case } from './catalogue/case.ts';

/** Stands behind every case and ends the connection: it is answered exactly where the connection goes on. */
const SENTINEL = 'GET /sentinel HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
/** How many connections are open at a time. */
const AT_ONCE = 64;

/** Serves on a local socket: tens of thousands of connections would use up the ports of TCP. */
function start(t: TestContext, transport: SocketTransport): Promise<Served> {
  const name = `nexure-${randomUUID().slice(0, 8)}`;
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
  return serve(
    t,
    transport,
    (app) => {
      app.all('/*', async (ctx) => ({ path: ctx.request.path, body: await ctx.request.bytes().then(hex) }));
    },
    {},
    { path },
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** What came back, without the time and the interim answers, which no one is owed. */
async function answerTo(client: RawClient): Promise<string> {
  await client.until('the end', () => (client.ended ? true : undefined));
  client.end();
  return client
    .bytes()
    .toString('latin1')
    .replaceAll(/\r\nDate: [^\r]+/g, '')
    .replaceAll('HTTP/1.1 100 Continue\r\n\r\n', '');
}

/** Sends the parts, each in a turn of the loop of its own, so that the server reads it before the next one comes. */
async function send(served: Served, parts: readonly string[]): Promise<string> {
  const client = await served.connect();
  for (const part of parts) {
    if (client.ended) break;
    client.write(part);
    await turn();
    await turn();
  }
  return answerTo(client);
}

/** Runs the jobs, many at a time. */
async function inBatches(jobs: readonly (() => Promise<void>)[]): Promise<void> {
  for (let at = 0; at < jobs.length; at += AT_ONCE) {
    await Promise.all(jobs.slice(at, at + AT_ONCE).map((job) => job()));
  }
}

/** Why an answer is not what the case wants; `undefined` if it is. */
function fault({ bytes, statuses, closes, body }: Case, answer: string): string | undefined {
  const isHead = (index: number): boolean => index === 0 && bytes.startsWith('HEAD ');
  const { answers, used } = parseAnswers(Buffer.from(answer, 'latin1'), isHead);
  if (used !== answer.length) return `${answer.length - used} bytes behind the last answer`;
  const found = answers.map(({ status }) => status);
  const wanted = closes ? statuses : [...statuses, 200];
  if (found.join() !== wanted.join()) return `answered ${found.join()}, not ${wanted.join()}`;
  if (answers.at(-1)?.field('connection') !== 'close') return 'does not say that it closes';
  const smuggled = answers.slice(0, -1).some((each) => each.text().includes('/sentinel'));
  if (smuggled || answer.includes('/sentinel') === closes) return 'the sentinel was answered out of turn';
  if (body === undefined) return undefined;
  const got = (answers[0]?.json() as { body?: string } | undefined)?.body;
  return got === Buffer.from(body, 'latin1').toString('hex') ? undefined : `the content was ${got}`;
}

/**
 * The ways to send a case in parts: byte by byte, and cut in two. The first and last bytes and some of the others stand
 * for all of a long one.
 */
function* splits(
  { bytes, statuses, closes }: Case,
  stride: number,
): Generator<readonly [how: string, parts: string[]]> {
  // Bytes that follow an answered request on a connection that closes behind it may meet a closed socket, and the reset
  // may overtake the answer (RFC 9112 §9.6): they are sent with the end of the request.
  const follows = closes && statuses.at(-1) === 200 ? bytes.indexOf('\r\n\r\n') + 3 : bytes.length;
  const single = Math.min(follows, bytes.length <= 2_000 ? bytes.length : 40);
  yield ['byte by byte', [...bytes.slice(0, single), bytes.slice(single) + SENTINEL]];
  const step = bytes.length <= 400 ? stride : Math.ceil(bytes.length / 100);
  for (let cut = 1; cut < follows; cut += cut < 100 || cut > bytes.length - 20 ? stride : step) {
    yield [`cut at ${cut}`, [bytes.slice(0, cut), bytes.slice(cut) + SENTINEL]];
  }
}

test('the catalogue has at least 250 cases, each under a name of its own', () => {
  const names = new Set(catalogue.map(({ section, name }) => `${section}: ${name}`));
  assert.equal(names.size, catalogue.length);
  assert.ok(names.size >= 250, `${names.size} cases`);
});

for (const transport of socketTransports) {
  describe(`the catalogue over ${transport}`, () => {
    test('every case is answered as it says', async (t) => {
      const served = await start(t, transport);
      const faults: string[] = [];
      const check = async (item: Case): Promise<void> => {
        const why = fault(item, await send(served, [item.bytes + SENTINEL]));
        if (why !== undefined) faults.push(`${item.section}: ${item.name}: ${why}`);
      };
      await inBatches(catalogue.map((item) => () => check(item)));
      assert.deepEqual(faults, []);
    });

    test('every case is answered alike byte by byte and cut at any byte', async (t) => {
      const served = await start(t, transport);
      const faults: string[] = [];
      const whole = new Map<Case, string>();
      await inBatches(
        catalogue.map((item) => async () => void whole.set(item, await send(served, [item.bytes + SENTINEL]))),
      );
      const compare = async (item: Case, how: string, parts: readonly string[]): Promise<void> => {
        const answer = await send(served, parts);
        if (answer !== whole.get(item)) faults.push(`${item.section}: ${item.name} ${how}: ${answer.slice(0, 200)}`);
      };
      // One transport sees every cut, the other one some: the bytes go the same way behind both.
      const stride = transport === 'uv' ? 1 : 7;
      const jobs = catalogue.flatMap((item) =>
        Array.from(
          splits(item, stride),
          ([how, parts]) =>
            () =>
              compare(item, how, parts),
        ),
      );
      await inBatches(jobs);
      t.diagnostic(`${jobs.length} ways to cut ${catalogue.length} cases`);
      assert.deepEqual(faults.slice(0, 20), []);
    });
  });
}
