// @ts-check
// What Express middleware costs here and in Express: the messages are made, the middleware runs, and here its fields are
// copied to an answer. An operation is one request, without reading it and without sending its answer.
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import cors from 'cors';
import express from 'express';
import helmet from 'helmet';

import { internals } from './internals.mjs';

const { access, copyFields, createApp, fromExpress, ResponseBuilder } = internals;

const headers = { origin: 'https://a.example', 'user-agent': 'benchmark', accept: '*/*' };
const gone = new AbortController();
/** @type {any} */
const context = await new Promise((resolve) => {
  const app = createApp({ logger: false });
  app.get('/', (/** @type {any} */ ctx) => {
    resolve(ctx);
    return new Promise(() => undefined);
  });
  void app.request('/', { headers, signal: gone.signal }).catch(() => undefined);
});
gone.abort();

/** @param {any[]} middleware */
function ours(...middleware) {
  /** @type {any} */
  const run = fromExpress(...middleware);
  const next = () => 'x';
  return () => {
    access.setOutlet(context, undefined);
    run(context, next);
    const answer = new ResponseBuilder();
    copyFields(access.outletOf(context).res, answer);
    return answer;
  };
}

/** @param {any[]} middleware */
function theirs(...middleware) {
  const app = express();
  app.use(...middleware, () => undefined);
  const socket = new Socket();
  const rawHeaders = Object.entries({ host: 'localhost', ...headers }).flat();
  return () => {
    const req = new IncomingMessage(socket);
    Object.assign(req, { method: 'GET', url: '/', httpVersionMajor: 1, httpVersionMinor: 1, rawHeaders });
    req.headers = { host: 'localhost', ...headers };
    const res = new ServerResponse(req);
    app(req, res);
    return res;
  };
}

/** @type {(req: unknown, res: unknown, next: () => void) => void} */
const nothing = (_req, _res, next) => next();

/** @type {{ name: string, run: () => unknown }[]} */
export const cases = [
  { name: 'fromExpress, a middleware that does nothing', run: ours(nothing) },
  { name: 'fromExpress, helmet and cors', run: ours(helmet(), cors()) },
  { name: 'Express, a middleware that does nothing', run: theirs(nothing) },
  { name: 'Express, helmet and cors', run: theirs(helmet(), cors()) },
];
