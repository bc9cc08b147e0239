// @ts-check
/**
 * `npm run benchmark`: runs every server of every scenario in interleaved rounds and writes what came out.
 * What is measured, and why, is in README.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chart } from './chart.mjs';
import { check } from './check.mjs';
import { killAll, killAllAtEnd } from './children.mjs';
import { USAGE, UsageError, parseFlags } from './flags.mjs';
import { measureHeap } from './heap.mjs';
import { Load, findGenerator } from './load.mjs';
import { describeMachine, pinning } from './machine.mjs';
import { hasProc } from './proc.mjs';
import { overview, report } from './report.mjs';
import { scenarios } from './scenarios.mjs';
import { Deadline, rotated } from './schedule.mjs';
import { ServerProcess } from './server-process.mjs';
import { BASELINE, LIMIT, OURS, buildLimit, commandOf, serverOf, versionOf } from './servers.mjs';
import { summarise } from './statistics.mjs';

/** @typedef {import('./flags.mjs').Flags} Flags */
/** @typedef {import('./scenarios.mjs').Scenario} Scenario */
/** @typedef {import('./servers.mjs').Server} Server */
/** @typedef {import('./statistics.mjs').Run} Run */

/** A quick run is over by then, the building of the limit and the writing of the results included. */
const QUICK_MS = 165_000;
/** Starting, checking and stopping a server, beside the load: an assumption until the first run has been timed. */
const OVERHEAD_MS = 700;

/** @param {string} line */
const say = (line) => void process.stdout.write(`${line}\n`);

/**
 * The servers that can run here. One that cannot is passed over with a line, unless it was asked for by name or is ours.
 * @param {Flags} flags
 */
async function available(flags) {
  /** @type {Server[]} */
  const able = [];
  /** @type {Record<string, string>} */
  const versions = {};
  /** @type {string[]} */
  const notes = [];
  const pass = (/** @type {Server} */ server, /** @type {string} */ why) => {
    if (flags.serversNamed || server.id === OURS) throw new UsageError(`${server.title}: ${why}`);
    notes.push(`${server.title} left out: ${why}.`);
  };
  /** @type {string | undefined} */
  let limit;
  for (const server of flags.servers.map(serverOf)) {
    if (server.module !== undefined) {
      const version = versionOf(server.module);
      if (version === undefined) {
        pass(server, server.id === OURS ? 'not built; run npm run build' : `${server.module} is not installed`);
        continue;
      }
      versions[server.module] = version;
    } else if (server.id === LIMIT) {
      limit = hasProc() ? await buildLimit() : undefined;
      if (limit === undefined) {
        pass(server, hasProc() ? 'there is no cargo' : 'its CPU time can only be read from /proc');
        continue;
      }
    }
    able.push(server);
  }
  return { servers: able, versions, notes, limit };
}

/**
 * One server once: started, checked, warmed up, timed, killed.
 * @param {Server} server @param {Scenario} scenario @param {number} round
 * @param {{ flags: Flags, load: Load, pin: string[], limit: string | undefined }} bench
 * @returns {Promise<Run>}
 */
async function runOnce(server, scenario, round, { flags, load, pin, limit }) {
  const command = commandOf(server, scenario.name, { node: flags.node, limit });
  const running = await ServerProcess.start([...pin, ...command, '0']);
  try {
    await check(running.port, scenario);
    await load.warmUp(running.port, scenario, flags.warmupMs);
    const before = await running.usage();
    const result = await load.run(running.port, scenario, flags.durationSeconds);
    const after = await running.usage();
    const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
    const wanted = scenario.exchanges.every(({ expected }) => expected.status >= 400) ? result.requests : 0;
    if (result.failures > 0) throw new Error(`${result.failures} requests failed under load`);
    if (result.refused !== wanted) throw new Error(`${result.refused} answers of status 400 and above, not ${wanted}`);
    if (result.requests === 0 || cpuSeconds <= 0) throw new Error('nothing was answered');
    return {
      scenario: scenario.name,
      server: server.id,
      round,
      requests: result.requests,
      seconds: result.seconds,
      cpuSeconds,
      requestsPerCpuSecond: result.requests / cpuSeconds,
      requestsPerSecond: result.requests / result.seconds,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
      peakRssBytes: after.peakRssBytes,
    };
  } finally {
    await running.stop();
  }
}

/**
 * All rounds. The rounds are the outer loop, so that a drift of the machine meets all scenarios and servers alike.
 * @param {Flags} flags @param {Scenario[]} chosen @param {Server[]} servers
 * @param {(server: Server, scenario: Scenario, round: number) => Promise<Run>} once
 */
async function runRounds(flags, chosen, servers, once) {
  /** @type {Run[]} */
  const runs = [];
  /** @type {string[]} */
  const problems = [];
  /** @type {string[]} */
  const notes = [];
  const expectedMs = flags.warmupMs + flags.durationSeconds * 1000 + OVERHEAD_MS;
  const deadline = new Deadline(flags.quick ? QUICK_MS : Infinity, expectedMs);
  for (let round = 1; round <= flags.rounds; round += 1) {
    for (const scenario of chosen) {
      const able = servers.filter(({ id }) => scenario.without?.[id] === undefined);
      if (!deadline.allows(able.length, performance.now())) {
        notes.push(`${scenario.name}, round ${round}: left out, the time of a quick run was up.`);
        continue;
      }
      for (const server of rotated(able, round)) {
        const start = performance.now();
        try {
          const run = await once(server, scenario, round);
          runs.push(run);
          const perCpu = Math.round(run.requestsPerCpuSecond).toLocaleString('en');
          say(
            `round ${round}  ${scenario.name.padEnd(13)} ${server.id.padEnd(10)} ${perCpu.padStart(10)} requests per CPU-second`,
          );
        } catch (error) {
          const problem = `${scenario.name}, ${server.title}, round ${round}: ${error instanceof Error ? error.message : error}`;
          problems.push(problem);
          say(`FAILED ${problem}`);
        }
        deadline.saw(performance.now() - start);
      }
    }
  }
  return { runs, problems, notes };
}

/**
 * The heap that a request takes of every server in Node; in a quick run, of ours and of the baseline only.
 * @param {Scenario[]} chosen @param {Server[]} servers
 * @param {{ flags: Flags, load: Load, pin: string[] }} bench
 */
async function measureHeaps(chosen, servers, { flags, load, pin }) {
  /** @type {import('./heap.mjs').Heap[]} */
  const heaps = [];
  /** @type {string[]} */
  const problems = [];
  const inNode = servers.filter(({ id }) => (flags.quick ? [OURS, BASELINE].includes(id) : id !== LIMIT));
  for (const scenario of chosen.filter(({ heap }) => heap === true)) {
    for (const server of inNode.filter(({ id }) => scenario.without?.[id] === undefined)) {
      const command = commandOf(server, scenario.name, { node: flags.node, limit: undefined });
      const warmUp = (/** @type {number} */ port) => load.warmUp(port, scenario, flags.warmupMs);
      try {
        const heap = await measureHeap(command, scenario, { pin, connections: flags.connections, warmUp });
        heaps.push({ scenario: scenario.name, server: server.id, ...heap });
        const bytes = Math.round(heap.together).toLocaleString('en');
        say(`heap     ${scenario.name.padEnd(13)} ${server.id.padEnd(10)} ${bytes.padStart(10)} bytes per request`);
      } catch (error) {
        const problem = `${scenario.name}, ${server.title}, heap: ${error instanceof Error ? error.message : error}`;
        problems.push(problem);
        say(`FAILED ${problem}`);
      }
    }
  }
  return { heaps, problems };
}

/** @param {Flags} flags @returns {Promise<number>} exit code */
async function main(flags) {
  const machine = describeMachine(flags.node);
  const generator = findGenerator(flags.load);
  const pins = pinning();
  const { servers, versions, notes, limit } = await available(flags);
  const chosen = scenarios.filter(({ name }) => flags.scenarios.includes(name));
  say(`Node.js ${machine.node} on ${machine.cpu}; ${generator.title}; ${pins.note}`);
  if (generator.name === 'autocannon' && chosen.some(({ pipelining }) => pipelining > 1)) {
    notes.push(
      'autocannon tops up its pipeline request by request: pipelined figures do not compare with those of wrk.',
    );
  }
  for (const note of notes) say(note);

  const folder = mkdtempSync(join(tmpdir(), 'nexure-benchmark-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const load = new Load(generator, pins.load, { connections: flags.connections, folder, node: flags.node });
  const bench = { flags, load, pin: pins.server, limit };
  const heap = await measureHeaps(chosen, servers, bench);
  const outcome = await runRounds(flags, chosen, servers, (...run) => runOnce(...run, bench));
  if (outcome.runs.length === 0) throw new Error('nothing could be measured');

  const results = {
    version: 1,
    date: new Date().toISOString(),
    label: flags.label,
    machine,
    versions,
    loadGenerator: generator.title,
    pinning: pins.note,
    plan: {
      rounds: flags.rounds,
      durationSeconds: flags.durationSeconds,
      warmupMs: flags.warmupMs,
      connections: flags.connections,
    },
    notes: [...notes, ...outcome.notes],
    problems: [...heap.problems, ...outcome.problems],
    heaps: heap.heaps,
    summary: summarise(outcome.runs, { baseline: BASELINE, limit: LIMIT }),
    runs: outcome.runs,
  };
  const out = flags.out ?? fileURLToPath(new URL('results', import.meta.url));
  write(out, results);
  say(`\n${overview(results)}\nwritten to ${join(out, 'latest.md')}, latest.svg and latest.json`);
  return results.problems.length === 0 ? 0 : 1;
}

/** @param {string} out @param {import('./report.mjs').Results} results */
function write(out, results) {
  const json = `${JSON.stringify(results, null, 1)}\n`;
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, `${results.date.slice(0, 10)}-${results.label}.json`), json);
  writeFileSync(join(out, 'latest.json'), json);
  writeFileSync(join(out, 'latest.md'), report(results));
  writeFileSync(join(out, 'latest.svg'), chart(results));
}

killAllAtEnd();
try {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) process.stdout.write(USAGE);
  else process.exitCode = await main(flags);
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(`${usage ? error.message : error instanceof Error ? error.stack : error}\n`);
  if (usage) process.stderr.write(`\n${USAGE}`);
  process.exitCode = usage ? 2 : 1;
} finally {
  killAll();
}
