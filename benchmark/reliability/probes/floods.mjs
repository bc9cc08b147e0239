// @ts-check
/** connections that pipeline without end do not make the others wait. */
import { Flood } from '../flood.mjs';
import { sleep } from '../peers.mjs';
import { victimsText, watchVictims, wereServed } from '../victims.mjs';

/** @type {[name: string, count: number, path: string][]} */
const FLOODS = [
  ['one flood', 1, '/n/'],
  ['four floods', 4, '/n/'],
  ['one flood, handlers of 1 ms', 1, '/busy/'],
  ['four floods, handlers of 1 ms', 4, '/busy/'],
];
/** Runs of which the best is told: the machine may have other things to do. */
const RUNS = 3;

/** @type {import('../probe.mjs').Probe} */
export const floods = {
  name: 'floods',
  about: 'pipelined floods: latency of the others, order of answers',
  async run(context) {
    for (const [name, count, path] of FLOODS) {
      /** @type {import('../victims.mjs').Seen[]} */
      const all = [];
      let misordered = 0;
      let answered = 0;
      /** @type {number[]} */
      const waits = [];
      for (let run = 0; run < (context.quick ? 1 : RUNS); run += 1) {
        const target = await context.start();
        const before = target.schedule();
        const seen = await watchVictims(target.port, async () => {
          const attackers = await Promise.all(Array.from({ length: count }, () => Flood.open(target.port, path)));
          await sleep(context.quick ? 2000 : 4000);
          for (const attacker of attackers) {
            attacker.stop();
            misordered += attacker.misordered;
            answered += attacker.answered;
          }
        });
        all.push(seen);
        const { ranSeconds, waitedSeconds } = target.schedule();
        const [ran, waited] = [ranSeconds - before.ranSeconds, waitedSeconds - before.waitedSeconds];
        waits.push((100 * waited) / (ran + waited));
        await target.stop();
      }
      const best = all.toSorted((a, b) => a.p99 - b.p99)[0];
      if (best === undefined) throw new Error('there was no run');
      const served = all.every(wereServed);
      const each = all.map(({ p99 }) => p99.toFixed(1)).join(', ');
      context.row(
        name,
        '100 %, p99 <= 50 ms, 0 misordered',
        `${victimsText(best)} (p99 of all runs: ${each}; server waited for its core ${waits.map((part) => part.toFixed(0)).join(', ')} %); ${misordered} of ${answered} misordered`,
        served && context.isWithin(best.p99, 50) && misordered === 0 && answered > 0,
      );
    }
  },
};
