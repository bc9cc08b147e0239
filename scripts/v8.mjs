// @ts-check
// `npm run v8`: what V8 makes of our hot functions, by its own flags. Serves a mix of requests from the built package
// and checks that contexts have one hidden class whatever the route, that nothing of ours is deoptimised once it is
// warm, and that the hot functions are optimised and inlined into each other. Exits with 1 when a claim fails.
//   node scripts/v8.mjs [--node=/path/to/node] [--warm-up=60000] [--steady=60000] [--json]
import { parseArgs } from 'node:util';

import { CommandError, main } from './command.mjs';
import { observe } from './v8/observe.mjs';

/** What runs for every request, as `file name`. Each is optimised itself or inlined into one that is. */
const HOT = [
  'server/link.js batch',
  'server/async-scope.js run',
  'context/context.js Context',
  'route.js run',
  'answer.js answer',
  'answer-body.js writeAnswer',
  'answer-body.js send',
  'server/link.js answerWithText',
  'server/link.js #push',
  'server/link.js settle',
  'server/record.js fieldOf',
];

/**
 * Calls that must cost nothing. V8 inlines every one of them in Node 20, 22, 24 and 26; what is not here, such as the
 * handler into its route, depends on how many routes an application has.
 */
const INLINED = [
  'Context into batch',
  'answer into run',
  ...['responseOf', 'routeOf', 'linkOf', 'isThenable', 'answerValue'].map((name) => `${name} into run`),
  '#push into answerWithText',
  'answerWithText into send',
  ...['isAnswered', 'slotOf', 'generationOf', 'sequenceOf', 'markAnswered'].map((name) => `${name} into #push`),
  ...['recordOf', 'recordAt', 'fieldOf', 'spanText', 'isName'].map((name) => `${name} into get`),
];

/** @typedef {{ claim: string, holds: boolean, detail: string }} Verdict */

/** @param {import('./v8/observe.mjs').Observed} observed @returns {Verdict[]} */
function judge({ shapes, deopts, optimised, inlined }) {
  const late = deopts.filter(({ isSteady }) => isSteady);
  const warm = deopts.length - late.length;
  const calls = [...inlined].map((pair) => pair.split(' into ')[0]);
  const slow = HOT.filter((name) => !optimised.has(name) && !calls.includes(name.split(' ')[1]));
  const called = INLINED.filter((pair) => !inlined.has(pair));
  return [
    ...shapes.map(({ kind, routes, strange }) => ({
      claim: `every ${kind} has one hidden class`,
      holds: strange.length === 0 && routes.length > 1,
      detail: strange.length === 0 ? routes.join(', ') : `another one: ${strange.join(', ')}`,
    })),
    {
      claim: 'nothing is deoptimised once it is warm',
      holds: late.length === 0,
      detail: [...late.map(({ file, place, reason }) => `${file}:${place} ${reason}`), `${warm} while warming up`].join(
        '; ',
      ),
    },
    {
      claim: 'the hot functions are optimised',
      holds: slow.length === 0,
      detail: slow.length === 0 ? HOT.map((name) => name.split(' ')[1]).join(', ') : `not: ${slow.join(', ')}`,
    },
    {
      claim: 'the hot functions are inlined',
      holds: called.length === 0,
      detail: called.length === 0 ? INLINED.join(', ') : `not: ${called.join(', ')}`,
    },
  ];
}

/** @param {string} flag @param {string} text */
function count(flag, text) {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CommandError(`--${flag} takes a number of requests, not ${text}`);
  return Number(text);
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      node: { type: 'string', default: process.execPath },
      'warm-up': { type: 'string', default: '60000' },
      steady: { type: 'string', default: '60000' },
      json: { type: 'boolean', default: false },
    },
  });
  const warmUp = count('warm-up', values['warm-up']);
  const verdicts = judge(await observe({ node: values.node, warmUp, steady: count('steady', values.steady) }));
  if (values.json) console.log(JSON.stringify(verdicts));
  else
    for (const { claim, holds, detail } of verdicts)
      console.log(`${holds ? 'ok    ' : 'FAILED'}  ${claim.padEnd(40)}  ${detail}`);
  if (verdicts.some(({ holds }) => !holds)) process.exitCode = 1;
});
