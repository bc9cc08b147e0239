// @ts-check
/**
 * From spawn to the first 200: `node benchmark/micro/cold-start.mjs [--rounds N] [--only TEXT]`. A hello with the built
 * package beside one with bare `node:http`, then 200 modules, eager and lazy. Rounds are interleaved, medians compared.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { median } from '../statistics.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '11' }, only: { type: 'string', default: '' } },
});
const rounds = Number(values.rounds);
const MODULES = 200;
const nexure = new URL('../../dist/index.js', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'nexure-cold-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What an entry prints when it listens is its port. @type {Record<string, string>} */
const entries = {
  'node:http': `import { createServer } from 'node:http';
const server = createServer((_, response) => response.end('hello'));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`,
  hello: `import { createApp } from '${nexure}';
const app = createApp();
app.get('/', () => 'hello');
console.log((await app.start(0)).port);`,
  'modules, eager': `import { createApp } from '${nexure}';
const app = createApp();
for (let index = 0; index < ${MODULES}; index += 1) app.register((await import('./module-' + index + '.mjs')).default);
app.get('/', () => 'hello');
console.log((await app.start(0)).port);`,
  'modules, lazy': `import { createApp, lazy } from '${nexure}';
const app = createApp();
for (let index = 0; index < ${MODULES}; index += 1) {
  const name = 'module-' + index;
  app.register(lazy({ name, routes: ['GET /' + name], load: () => import('./' + name + '.mjs') }));
}
app.get('/', () => 'hello');
console.log((await app.start(0)).port);`,
};

/** A module with something to compile and a service to make: its file has about 20 KiB, as a small feature does. */
function moduleText(/** @type {number} */ index) {
  const functions = Array.from(
    { length: 100 },
    (_, at) =>
      `export function compute${at}(input) { return input.map((one) => one * ${at}).filter((one) => one % 2 === ${at % 2}); }`,
  );
  const table = `export const table = new Map(Array.from({ length: 2000 }, (_, at) => [at, { at, name: 'entry ' + at }]));`;
  return `import { defineModule } from '${nexure}';
${functions.join('\n')}
${table}
class Service { read() { return table.get(1); } }
export default defineModule({
  name: 'module-${index}',
  providers: [Service],
  setup: (routes, { get }) => void routes.get('/module-${index}', () => get(Service).read()),
});`;
}

for (const [name, text] of Object.entries(entries)) writeFileSync(join(folder, `${fileOf(name)}.mjs`), text);
for (let index = 0; index < MODULES; index += 1) writeFileSync(join(folder, `module-${index}.mjs`), moduleText(index));

/** @param {string} name */
function fileOf(name) {
  return name.replaceAll(/\W+/g, '-');
}

/** Milliseconds until the first answer, and until the entry has ended the work of its own. @param {string} name */
async function once200(name) {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(folder, `${fileOf(name)}.mjs`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const status = await new Promise((resolve, reject) => {
    get(`http://127.0.0.1:${Number(String(line))}/`, (response) => resolve(response.resume().statusCode)).on(
      'error',
      reject,
    );
  });
  const tookMs = performance.now() - begun;
  child.kill('SIGKILL');
  await once(child, 'close');
  if (status !== 200) throw new Error(`${name} answered ${status}`);
  return tookMs;
}

const names = Object.keys(entries).filter((name) => name.includes(values.only) || name === 'node:http');
/** @type {Record<string, number[]>} */
const taken = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) for (const name of names) taken[name]?.push(await once200(name));
const bare = median(taken['node:http'] ?? []);
for (const name of names) {
  const ms = median(taken[name] ?? []);
  console.log(`${name.padEnd(16)} ${ms.toFixed(1).padStart(8)} ms  ${(ms / bare).toFixed(2)}x`);
}
const [eager, lazyOnes, hello] = ['modules, eager', 'modules, lazy', 'hello'].map((name) =>
  median(taken[name] ?? [NaN]),
);
if (eager !== undefined && lazyOnes !== undefined && hello !== undefined && values.only === '') {
  console.log(
    `lazy is ${((lazyOnes / eager) * 100).toFixed(0)} % of eager in all, ${(((lazyOnes - hello) / (eager - hello)) * 100).toFixed(0)} % of what modules add to hello`,
  );
}
