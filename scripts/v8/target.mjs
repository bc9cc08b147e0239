// @ts-check
// The server that scripts/v8.mjs watches: one route of each kind, under the built package (dist/), as users run it.
// Started with --allow-natives-syntax and an IPC channel: says its port, marks the log at `steady`, and at `report`
// tells which objects of one class have different hidden classes, and ends.
import { Script } from 'node:vm';

import { createApp } from 'nexurejs';

/** The script whose compilation marks the place in V8's log. */
const MARK = 'nexure-steady-state';

/** Whether V8 keeps two objects under the same hidden class; the syntax is V8's own, so no tool may read it. */
const haveSameMap = /** @type {(one: unknown, other: unknown) => boolean} */ (
  // oxlint-disable-next-line no-implied-eval -- natives syntax parses only under its flag
  new Function('one', 'other', 'return %HaveSameMap(one, other)')
);

/** Is deoptimised on purpose, so that the reader of the log can tell that it would see any other deoptimisation. */
const increment = (/** @type {number} */ value) => value + 1;
const optimise = /** @type {(subject: typeof increment) => void} */ (
  new Function(
    'subject',
    '%PrepareFunctionForOptimization(subject); subject(1); %OptimizeFunctionOnNextCall(subject); subject(2);',
  )
);

/** The last few objects of each kind, by route, taken while their handler ran: fresh ones, and ones that were answered. */
const KEPT = 3;
/** @type {Record<'context' | 'request' | 'response', Map<string, object[]>>} */
const seen = { context: new Map(), request: new Map(), response: new Map() };

/** @param {keyof typeof seen} kind @param {string} route @param {object} object */
function keep(kind, route, object) {
  const objects = seen[kind].get(route) ?? [];
  if (objects.push(object) > KEPT) objects.shift();
  seen[kind].set(route, objects);
}

const app = createApp({ logger: false });
app.get('/', (ctx) => {
  keep('context', 'GET text', ctx);
  return 'Hello, World!';
});
app.get('/json/:id', (ctx) => {
  keep('context', 'GET JSON', ctx);
  return { id: ctx.params.id, ok: true, tags: ['a', 'b'] };
});
app.post('/users', (ctx) => {
  keep('context', 'POST', ctx);
  keep('request', 'POST', ctx.request);
  keep('response', 'POST', ctx.response);
  ctx.response.status(201).set('X-Kind', 'user');
  return ctx.body;
});
app.get('/async', async (ctx) => {
  keep('context', 'async', ctx);
  await Promise.resolve();
  return 'Hello, World!';
});
app.get('/later', async (ctx) => {
  keep('context', 'later', ctx);
  await new Promise((resolve) => setImmediate(resolve));
  keep('request', 'later', ctx.request);
  return ctx.request.get('host');
});
app.get('/error', (ctx) => {
  keep('context', 'error', ctx);
  throw new Error('as planned');
});
app.use((ctx, next) => {
  ctx.state['visitor'] = ctx.request.get('x-name');
  return next();
});
app.get('/greet', (ctx) => {
  keep('context', 'middleware', ctx);
  keep('request', 'middleware', ctx.request);
  return `Hello, ${ctx.state['visitor']}!`;
});
app.get('/*', (ctx) => {
  keep('context', '404 handler', ctx);
  keep('response', '404 handler', ctx.response);
  ctx.response.status(404);
  return { error: 'Not Found' };
});

/** Per kind, the routes whose objects have another hidden class than those of the first route. */
function shapes() {
  return Object.entries(seen).map(([kind, byRoute]) => {
    const [first] = [...byRoute.values()].flat();
    const strange = [...byRoute].filter(([, objects]) => !objects.every((object) => haveSameMap(first, object)));
    return { kind, routes: [...byRoute.keys()], strange: strange.map(([route]) => route) };
  });
}

const { port } = await app.start({ port: 0, host: '127.0.0.1' });
process.on('message', (message) => {
  if (message === 'steady') {
    new Script('0', { filename: MARK }).runInThisContext();
    optimise(increment);
    increment(/** @type {any} */ ({}));
    process.send?.('marked');
  } else if (message === 'report') {
    process.send?.({ shapes: shapes() }, () => process.exit());
  }
});
process.on('disconnect', () => process.exit());
process.send?.({ port });
