// @ts-check
/** Runs autocannon as a process of its own, so that it has a core of its own; the one argument is the file of its task. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const [file = ''] = process.argv.slice(2);
const { port, connections, seconds, pipelining, requests } = JSON.parse(readFileSync(file, 'utf8'));

const result = await autocannon({
  url: `http://127.0.0.1:${port}`,
  connections,
  duration: seconds,
  pipelining,
  requests,
});
const summary = {
  requests: result['1xx'] + result['2xx'] + result['3xx'] + result['4xx'] + result['5xx'],
  seconds: result.duration,
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99,
  refused: result['4xx'] + result['5xx'],
  failures: result.errors + result.timeouts,
};
process.stdout.write(`load-result ${JSON.stringify(summary)}\n`);
