// @ts-check
/** `npm run reliability -- [flags]`: plays hostile clients against a server, and says where it misses its goals. */
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { killAllAtEnd } from '../children.mjs';
import { hasProc } from '../proc.mjs';
import { outputOf, pinning } from '../machine.mjs';
import { setChildNice } from './nice.mjs';
import { Context, lineOf } from './probe.mjs';
import { aborts } from './probes/aborts.mjs';
import { bigAnswers } from './probes/big-answers.mjs';
import { descriptors } from './probes/descriptors.mjs';
import { floods } from './probes/floods.mjs';
import { idle } from './probes/idle.mjs';
import { nonReaders } from './probes/non-readers.mjs';
import { panics } from './probes/panics.mjs';
import { slowBodies } from './probes/slow-bodies.mjs';
import { slowHeads } from './probes/slow-heads.mjs';
import { slowPeers } from './probes/slow-peers.mjs';
import { soak } from './probes/soak.mjs';
import { stop } from './probes/stop.mjs';
import { uploads } from './probes/upload.mjs';
import { SERVERS } from './target.mjs';

const PROBES = [
  slowHeads,
  slowBodies,
  slowPeers,
  idle,
  floods,
  nonReaders,
  bigAnswers,
  aborts,
  soak,
  stop,
  descriptors,
  uploads,
  panics,
];

const USAGE = `usage: npm run reliability -- [flags]

  --probe NAME     only this one; may be repeated
  --server a,b     ${SERVERS.join(', ')} (nexure)
  --quick          fewer peers, shorter attacks, one run of each
  --full           100,000 aborts in place of 4,000
  --minutes N      how long the soak lasts (40 s)
  --slack N        every time and amount may be so many times its goal (1)
  --nice N         of servers and victims, -20 to 19 (0): on a machine that has other things to do

${PROBES.map(({ name, about }) => `  ${name.padEnd(15)}  ${about}`).join('\n')}
`;

/** Wrong usage: the message is all the user needs. @param {string} message @returns {never} */
function refuse(message) {
  process.stderr.write(`${message}\n\n${USAGE}`);
  process.exit(2);
}

function flags() {
  try {
    const { values } = parseArgs({
      strict: true,
      options: {
        probe: { type: 'string', multiple: true },
        server: { type: 'string', default: 'nexure' },
        quick: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        minutes: { type: 'string', default: '0' },
        slack: { type: 'string', default: '1' },
        nice: { type: 'string', default: '0' },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { probe: wanted = PROBES.map(({ name }) => name), server, quick, full, minutes, slack, nice, help } = flags();
if (help) {
  process.stdout.write(USAGE);
  process.exit();
}
const unknown = wanted.find((name) => !PROBES.some((probe) => probe.name === name));
if (unknown !== undefined) refuse(`there is no probe ${unknown}`);
const servers = server.split(',');
if (!servers.every((name) => SERVERS.includes(name))) refuse(`--server takes ${SERVERS.join(', ')}`);
for (const [name, value] of Object.entries({ minutes, slack })) {
  if (!/^\d+(\.\d+)?$/.test(value)) refuse(`--${name} takes a number`);
}
if (!/^-?\d+$/.test(nice) || Math.abs(Number(nice)) > 20) refuse('--nice takes a whole number of -20 to 19');
if (!hasProc()) refuse('the probes read /proc and run on Linux only');

killAllAtEnd();
// Away from the core of the server, and behind the victims, who share the other one.
const [, , core] = pinning().load;
if (core !== undefined) outputOf('taskset', ['-apc', core, String(process.pid)]);
setPriority(Number(nice) + 5);
setChildNice(Number(nice));

let missed = 0;
for (const name of servers) {
  if (servers.length > 1) console.log(`\n${name}`);
  for (const probe of PROBES.filter((candidate) => wanted.includes(candidate.name))) {
    if (probe.oursOnly === true && name !== 'nexure') continue;
    const context = new Context({
      server: name,
      quick,
      full,
      minutes: Number(minutes),
      slack: Number(slack),
      report(row) {
        if (!row.ok) missed += 1;
        console.log(lineOf(row));
      },
    });
    try {
      await probe.run(context);
    } catch (error) {
      missed += 1;
      console.log(`MISSED  ${probe.name}: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      await context.end();
    }
  }
}
process.exit(missed > 0 ? 1 : 0);
