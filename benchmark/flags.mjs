// @ts-check
/** The command line of the benchmark. An unknown flag, server or scenario, or a number out of range is refused. */
import { parseArgs } from 'node:util';
import { scenarios } from './scenarios.mjs';
import { servers } from './servers.mjs';

/**
 * @typedef {object} Flags
 * @property {boolean} help
 * @property {boolean} quick
 * @property {string[]} scenarios names, in the order of the table
 * @property {string[]} servers ids, in the order of the table
 * @property {boolean} serversNamed a named server that is missing is an error, not a skip
 * @property {number} durationSeconds timed window of one run, 1 to 600
 * @property {number} rounds 1 to 100
 * @property {number} connections 1 to 10000
 * @property {number} warmupMs load before the window, not counted
 * @property {string} node the Node.js that runs the servers
 * @property {'wrk' | 'autocannon' | undefined} load
 * @property {string} label names the file of the results
 * @property {string | undefined} out folder of the results
 */

/** Wrong usage: the message is all the user needs. */
export class UsageError extends Error {}

/** Rounds below which medians say little; such results are marked. */
export const ROUNDS_TO_TRUST = 5;

export const USAGE = `usage: npm run benchmark -- [flags]

  --quick              main scenarios, short runs: ends in under three minutes
  --scenario a,b       only these: ${scenarios.map(({ name }) => name).join(', ')}
  --server a,b         only these: ${servers.map(({ id }) => id).join(', ')}
  --duration SECONDS   timed window of one run (3; quick: 1)
  --rounds N           rounds of every server (${ROUNDS_TO_TRUST}; quick: 2)
  --connections N      connections of the load generator (64)
  --node PATH          Node.js that runs the servers (this one)
  --load NAME          wrk or autocannon (wrk if installed)
  --label WORD         names the file of the results (full, quick or partial)
  --out FOLDER         where results go (benchmark/results)
`;

/** @param {string} flag @param {string | undefined} text @param {number} fallback @param {number} most */
function count(flag, text, fallback, most) {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most) {
    throw new UsageError(`--${flag} takes a whole number of 1 to ${most}, not ${JSON.stringify(text)}`);
  }
  return value;
}

/** @param {string} flag @param {string | undefined} text @param {string[]} known */
function names(flag, text, known) {
  if (text === undefined) return known;
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--${flag} does not know ${JSON.stringify(unknown)}; there are ${known.join(', ')}`);
  }
  return known.filter((name) => wanted.includes(name));
}

/** @param {string | undefined} text @returns {Flags['load']} */
function loadGenerator(text) {
  if (text === undefined || text === 'wrk' || text === 'autocannon') return text;
  throw new UsageError(`--load takes wrk or autocannon, not ${JSON.stringify(text)}`);
}

/** @param {string[]} args */
function parse(args) {
  try {
    const string = /** @type {const} */ ({ type: 'string' });
    return parseArgs({
      args,
      strict: true,
      allowPositionals: false,
      options: {
        help: { type: 'boolean' },
        quick: { type: 'boolean' },
        scenario: string,
        server: string,
        duration: string,
        rounds: string,
        connections: string,
        node: string,
        load: string,
        label: string,
        out: string,
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {string[]} args without the runtime and the script
 * @returns {Flags}
 */
export function parseFlags(args) {
  const given = parse(args);
  const quick = given.quick ?? false;
  const everyScenario = scenarios.map(({ name }) => name);
  const mainScenarios = scenarios.filter(({ main }) => main).map(({ name }) => name);
  const label = given.label ?? (quick ? 'quick' : given.scenario || given.server ? 'partial' : 'full');
  if (!/^[\w.-]+$/.test(label)) throw new UsageError('--label takes letters, digits, dots, hyphens and underscores');
  return {
    help: given.help ?? false,
    quick,
    scenarios: quick && given.scenario === undefined ? mainScenarios : names('scenario', given.scenario, everyScenario),
    servers: names(
      'server',
      given.server,
      servers.map(({ id }) => id),
    ),
    serversNamed: given.server !== undefined,
    durationSeconds: count('duration', given.duration, quick ? 1 : 3, 600),
    rounds: count('rounds', given.rounds, quick ? 2 : ROUNDS_TO_TRUST, 100),
    connections: count('connections', given.connections, 64, 10_000),
    warmupMs: quick ? 500 : 1500,
    node: given.node ?? process.execPath,
    load: loadGenerator(given.load),
    label,
    out: given.out,
  };
}
