// Requests made to cost more than they should: one connection after the other sends up to 64 MiB or thousands of small
// messages to a server in a process of its own, whose CPU time and memory are looked at.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseAnswers } from '../harness/answers.ts';
import { start } from '../harness/child.ts';
import { connectTo, requestBytes, socketTransports, turn } from '../harness/server.ts';

import type { ListenAddress } from '../../js/index.ts';
import type { RawClient } from '../harness/client.ts';

const MIB = 1024 * 1024;
/** What one bomb may cost. Measured: see the diagnostics; the bounds leave room for a busy machine and the collector. */
const MAX_CPU_MS = 1_000;
const MAX_GROWTH = 24 * MIB;

const HEAD = 'GET / HTTP/1.1\r\nHost: a\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a\r\n';
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`;

/** Bytes sent first, a piece sent again and again behind them, and how many bytes of it. */
interface Flood {
  readonly begin: string;
  readonly piece: string;
  readonly bytes: number;
  /** The status of every answer; without one there is none. */
  readonly status?: number;
  /** How many answers there are on a connection that goes on; one that is refused has one answer and ends. */
  readonly answers?: number;
  /** Sent a byte at a time. */
  readonly drip?: true;
  /** On so many connections at once; what is not refused is ended by the client. */
  readonly connections?: number;
}

/** The same many times in one write. */
const many = (text: string, bytes = 64 * 1024): string => text.repeat(Math.ceil(bytes / text.length));

/** So many requests, all of which are answered. */
function times(count: number, status: number, request: string): Flood {
  return { begin: '', piece: request.repeat(count / 5), bytes: request.length * count, status, answers: count };
}

const BOMBS: Readonly<Record<string, Flood>> = {
  'a head that comes byte by byte': { begin: `${HEAD}X: `, piece: 'y', bytes: 17_000, status: 431, drip: true },
  'a value without end': { begin: `${HEAD}X: `, piece: many('y'), bytes: 64 * MIB, status: 431 },
  'a name without end': { begin: HEAD, piece: many('x'), bytes: 64 * MIB, status: 431 },
  'fields without end': { begin: HEAD, piece: many('X: y\r\n'), bytes: 64 * MIB, status: 431 },
  'empty fields without end': { begin: HEAD, piece: many('X:\r\n'), bytes: 64 * MIB, status: 431 },
  'a target without end': { begin: 'GET /', piece: many('a'), bytes: 64 * MIB, status: 414 },
  'a method without end': { begin: '', piece: many('M'), bytes: 64 * MIB, status: 501 },
  'empty lines without end': { begin: '', piece: many('\r\n'), bytes: 64 * MIB, status: 400 },
  'zero bytes without end': { begin: '', piece: many('\0'), bytes: 64 * MIB, status: 400 },
  'folded lines without end': { begin: `${HEAD}X: y\r\n`, piece: many(' z\r\n'), bytes: 64 * MIB, status: 400 },
  'a list of connection options': {
    begin: `${HEAD}Connection: `,
    piece: many('a,', 16_000),
    bytes: 64 * MIB,
    status: 431,
  },
  'a host without end': { begin: 'GET / HTTP/1.1\r\nHost: ', piece: many('a.'), bytes: 64 * MIB, status: 431 },
  'a length without end': { begin: `${POST}Content-Length: `, piece: many('1'), bytes: 64 * MIB, status: 431 },
  'a chunk size of zeros': { begin: CHUNKED, piece: many('0'), bytes: 64 * MIB, status: 400 },
  'an extension without end': { begin: `${CHUNKED}1;`, piece: many('e'), bytes: 64 * MIB, status: 400 },
  'a quoted extension without end': { begin: `${CHUNKED}1;e="`, piece: many('\\"'), bytes: 64 * MIB, status: 400 },
  'an extension for each byte': {
    begin: CHUNKED,
    piece: many(`1;${'e'.repeat(200)}\r\nx\r\n`),
    bytes: 64 * MIB,
    status: 400,
  },
  'a chunk for each byte': { begin: CHUNKED, piece: many('1\r\nx\r\n'), bytes: 6 * MIB, status: 400 },
  'chunks that come byte by byte': { begin: CHUNKED, piece: '1\r\nx\r\n', bytes: 24_000, status: 400, drip: true },
  'content that comes byte by byte': {
    begin: `${POST}Content-Length: 20000\r\n\r\n`,
    piece: 'x',
    bytes: 20_000,
    status: 200,
    answers: 1,
    drip: true,
  },
  'a trailer without end': { begin: `${CHUNKED}0\r\nX: `, piece: many('y'), bytes: 64 * MIB, status: 431 },
  'trailers without end': { begin: `${CHUNKED}0\r\n`, piece: many('X: y\r\n'), bytes: 64 * MIB, status: 431 },
  'content without end': { begin: CHUNKED, piece: `10000\r\n${'x'.repeat(65_536)}\r\n`, bytes: 64 * MIB, status: 413 },
  'a length of 1 GiB, and content': {
    begin: `${POST}Content-Length: 1073741824\r\n\r\n`,
    piece: many('x'),
    bytes: 64 * MIB,
    status: 413,
  },
  'content for a path nobody has': {
    begin: 'POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
    piece: `1000\r\n${'x'.repeat(4_096)}\r\n`,
    bytes: 64 * MIB,
    status: 404,
  },
  'a length of 1 MiB on 200 connections': {
    begin: `${POST}Content-Length: 1048576\r\n\r\n`,
    piece: '',
    bytes: 0,
    connections: 200,
  },
  'a chunk of 1 MiB announced on 200 connections': {
    begin: `${CHUNKED}100000\r\n`,
    piece: '',
    bytes: 0,
    connections: 200,
  },
  'half a head on 200 connections': { begin: `${HEAD}X: ${'y'.repeat(8_000)}`, piece: '', bytes: 0, connections: 200 },
  '5,000 requests at once': times(5_000, 200, `${HEAD}\r\n`),
  '5,000 requests for a path nobody has': times(5_000, 404, 'GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n'),
  '500 heads of 100 fields each': times(500, 200, `${HEAD}${'X-Field: some value\r\n'.repeat(99)}\r\n`),
  '500 paths of 8,000 bytes of escapes': times(500, 404, `GET /${'%25'.repeat(2_660)} HTTP/1.1\r\nHost: a\r\n\r\n`),
  '1,000 chunked bodies of 20 small chunks': times(1_000, 200, `${CHUNKED}${'1\r\nx\r\n'.repeat(20)}0\r\n\r\n`),
  '5 bodies of as many chunks as are allowed': times(5, 200, `${CHUNKED}${'1\r\nx\r\n'.repeat(3_400)}0\r\n\r\n`),
};

/** Sends a flood until it is over or the server has ended the connection. */
async function pour(client: RawClient, { begin, piece, bytes, drip }: Flood): Promise<void> {
  if (drip === true) {
    const text = begin + piece.repeat(Math.ceil(bytes / piece.length));
    for (let at = 0; at < text.length && !client.ended; at += 1) {
      client.write(text[at] ?? '');
      await turn();
    }
    return;
  }
  if (begin !== '') await client.flush(begin);
  const block = Buffer.from(piece, 'latin1');
  for (let sent = 0; sent < bytes && !client.ended; sent += block.length) await client.flush(block);
}

async function run(address: ListenAddress, flood: Flood): Promise<void> {
  const clients = await Promise.all(Array.from({ length: flood.connections ?? 1 }, () => connectTo(address)));
  await Promise.all(clients.map((client) => pour(client, flood)));
  const { status, answers } = flood;
  for (const client of status === undefined ? [] : clients) {
    if (answers === undefined) await client.until('the end', () => (client.ended ? true : undefined));
    // A server that has read enough may reset the connection before its answer is read; it has then refused too.
    else await client.answers(answers);
    const found = new Set(parseAnswers(client.bytes()).answers.map((answer) => answer.status));
    assert.deepEqual([...found], client.received === 0 ? [] : [status]);
  }
  for (const client of clients) client.destroy();
}

for (const transport of socketTransports) {
  test(`no request costs more than it should over ${transport}`, { timeout: 110_000 }, async (t) => {
    const child = start(t, 'bomb-target.ts', { args: [transport], flags: ['--expose-gc'], timeoutMs: 100_000 });
    const address = (await child.line()) as ListenAddress;
    const usage = async (): Promise<{ cpuMs: number; rss: number }> => {
      const client = await connectTo(address);
      const answer = await client.write(requestBytes('/usage')).answer();
      client.destroy();
      return answer.json() as { cpuMs: number; rss: number };
    };
    // What is compiled and allocated once is not the bomb's.
    const warm = times(5_000, 200, `${HEAD}\r\n`);
    for (let round = 0; round < 5; round += 1) await run(address, warm);
    await run(address, { begin: CHUNKED, piece: 'x', bytes: 1, status: 400 });
    await run(address, times(100, 200, `${CHUNKED}0\r\n\r\n`));
    await usage();
    const costly: string[] = [];
    for (const [name, flood] of Object.entries(BOMBS)) {
      const { rss: before } = await usage();
      await run(address, flood);
      const { cpuMs, rss } = await usage();
      const line = `${name}: ${Math.round(cpuMs)} ms, ${((rss - before) / MIB).toFixed(1)} MiB`;
      t.diagnostic(line);
      if (cpuMs > MAX_CPU_MS || rss - before > MAX_GROWTH) costly.push(line);
    }
    assert.deepEqual(costly, []);
    assert.equal(child.process.exitCode, null);
  });
}
