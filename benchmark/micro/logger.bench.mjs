// @ts-check
// What a call of the logger costs beside pino, both writing to a function that does nothing: at a level that is off, a
// message, fields, and fields with paths to redact. A child with one field is what `ctx.log` is.
import { pino } from 'pino';

import { internals } from './internals.mjs';

const { createLogger } = internals;

const sink = { write: () => true };
const fields = { method: 'GET', path: '/users/42', status: 200, durationMs: 1.25, user: { id: 42, name: 'Ada' } };
const redact = ['user.password', 'req.headers.cookie', '*.token'];

/** @type {Record<string, any>} */
const loggers = {
  nexurejs: createLogger({ destination: sink }),
  pino: pino({}, sink),
  'nexurejs, redacting': createLogger({ destination: sink, redact }),
  'pino, redacting': pino({ redact }, sink),
};

/** @type {Record<string, (log: any) => unknown>} */
const calls = {
  'level off': (log) => log.debug('a message'),
  'level off, with fields': (log) => log.debug(fields, 'a message'),
  'a message': (log) => log.info('a message'),
  'two fields': (log) => log.info({ id: 42, name: 'Ada' }, 'a message'),
  'six fields, one nested': (log) => log.info(fields, 'a message'),
  'a child': (log) => log.child({ reqId: 'a1b2c3d4' }),
};

/** @type {{ name: string, run: () => unknown }[]} */
export const cases = Object.entries(calls).flatMap(([what, call]) =>
  Object.entries(loggers).map(([name, log]) => ({ name: `${what}, ${name}`, run: () => call(log) })),
);
