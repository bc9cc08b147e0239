// @ts-check
/** NexureJS with every kind of handler that the probes play against. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from 'nexurejs';
import { BIG_BYTES, CHUNK_BYTES, HELLO, busy, greeting, numbered, obey } from './contract.mjs';

const { options, routes = true } = JSON.parse(process.argv[2] ?? '{}');
const folder = mkdtempSync(join(tmpdir(), 'nexure-reliability-'));
const uploads = mkdtempSync(join(tmpdir(), 'nexure-uploads-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(uploads, { recursive: true, force: true });
});
const big = new Uint8Array(randomBytes(BIG_BYTES));
writeFileSync(join(folder, 'big.bin'), big);
writeFileSync(join(folder, 'small.txt'), HELLO);

const app = createApp({ logger: false, ...options });

/** @param {import('nexurejs').Context} ctx */
async function readAll(ctx, pauseMs = 0) {
  let bytes = 0;
  for await (const chunk of ctx.stream()) {
    bytes += chunk.length;
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return String(bytes);
}

async function* chunks() {
  for (let sent = 0; sent < BIG_BYTES; sent += CHUNK_BYTES) {
    await undefined;
    yield big.subarray(sent, sent + CHUNK_BYTES);
  }
}

app.get('/', () => HELLO);
if (routes) {
  app.get('/json', () => greeting());
  app.get('/n/:number', (ctx) => numbered(ctx.params.number));
  app.get('/busy/:number', (ctx) => {
    busy(1);
    return numbered(ctx.params.number);
  });
  app.get('/later', async () => {
    await sleep(50);
    return HELLO;
  });
  app.get('/fail', () => {
    throw new Error('this handler always fails');
  });
  app.post('/echo', async (ctx) => String((await ctx.bytes()).length));
  app.post('/json', (ctx) => /** @type {object} */ (ctx.body));
  app.post('/stream', { body: 'stream', maxBodyBytes: 2 ** 30 }, (ctx) => readAll(ctx));
  app.post('/slow-stream', { body: 'stream', maxBodyBytes: 2 ** 30 }, (ctx) => readAll(ctx, 1500));
  app.post('/upload', { body: 'stream', maxBodyBytes: 2 ** 30 }, async (ctx) => {
    let bytes = 0;
    for await (const part of ctx.parts({ maxFileBytes: 2 ** 30 })) {
      const { path, size } = await part.saveTo(uploads);
      bytes += size;
      rmSync(path);
    }
    return String(bytes);
  });
  app.get('/big/bytes', () => big);
  app.get('/big/stream', () => chunks());
  app.get('/big/file', (ctx) => ctx.file(join(folder, 'big.bin')));
  app.static('/files', folder);
}

const { port } = await app.start(0, '127.0.0.1');
obey(port, () => app.getMetrics());
