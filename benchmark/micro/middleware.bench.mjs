// @ts-check
// What middleware costs: chains of ten around a handler that returns a text, per middleware. It is run on the context of a request that is never answered. An onion of closures made per call, as Koa and Hono
// have it, stands beside.
import { internals } from './internals.mjs';

const { compose, createApp } = internals;

const LENGTH = 10;

const gone = new AbortController();
/** @type {any} */
const context = await new Promise((resolve) => {
  const app = createApp({ logger: false });
  app.get('/', (/** @type {any} */ ctx) => {
    resolve(ctx);
    return new Promise(() => undefined);
  });
  void app.request('/', { signal: gone.signal }).catch(() => undefined);
});
gone.abort();

const handler = () => 'x';
/** @param {any} make */
const many = (make) => Array.from({ length: LENGTH }, (_, index) => make(index));
const report = () => undefined;

/** Functions of their own, as those of an application are. @type {Record<string, any>} */
const chains = {
  'takes no next': compose(
    many(() => () => undefined),
    handler,
    report,
  ),
  'returns next()': compose(
    many(() => (/** @type {any} */ _, /** @type {any} */ next) => next()),
    handler,
    report,
  ),
  'calls next() and returns nothing': compose(
    many(() => (/** @type {any} */ _, /** @type {any} */ next) => void next()),
    handler,
    report,
  ),
  'reads and sets the state': compose(
    many((/** @type {number} */ index) => (/** @type {any} */ ctx, /** @type {any} */ next) => {
      ctx.state[`key${index}`] = index;
      return next();
    }),
    handler,
    report,
  ),
  'an onion of closures made per call': onion(many(() => (/** @type {any} */ _, /** @type {any} */ next) => next())),
};

/** @param {any[]} middleware */
function onion(middleware) {
  return (/** @type {any} */ ctx) => {
    let last = -1;
    /** @param {number} index @returns {any} */
    const dispatch = (index) => {
      if (index <= last) throw new Error('next() was called twice');
      last = index;
      const current = middleware[index];
      return current === undefined ? handler() : current(ctx, () => dispatch(index + 1));
    };
    return dispatch(0);
  };
}

/** @type {{ name: string, run: () => unknown, opsPerCall?: number }[]} */
export const cases = Object.entries(chains).map(([name, run]) => ({
  name,
  run: () => run(context),
  opsPerCall: LENGTH,
}));
