// @ts-check
/** Bare node:http: the least code that answers right. It has no router, so it takes no part in `route`. */
import { createServer } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { gzip } from 'node:zlib';
import { HELLO, created, greeting, list, pieces, refused, userProblem } from '../fixtures.mjs';
import { HOST, announce, fromArguments, nextTurn } from './contract.mjs';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/** @type {(request: Request, response: Response) => void} */
let handle = () => {};

/** @param {Response} response @param {number} status @param {string} type @param {string} body */
function send(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
/** @param {Response} response @param {string} text */
const sendText = (response, text) => send(response, 200, 'text/plain; charset=utf-8', text);
/** @param {Response} response @param {unknown} value @param {number} [status] */
const sendJson = (response, value, status = 200) =>
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(value));

/** @param {Response} response */
const missing = (response) => send(response, 404, 'text/plain; charset=utf-8', 'Not Found');

/** Hands on requests for one path, or for what is below it. @param {string} path @param {typeof handle} then */
const at = (path, then) => () => {
  const below = path.length > 1 && path.endsWith('/');
  handle = (request, response) => {
    const url = request.url ?? '';
    if (below ? url.startsWith(path) : url === path) then(request, response);
    else missing(response);
  };
};

/** @param {Request} request @param {Response} response */
const answerParam = (request, response) => sendJson(response, { id: (request.url ?? '').slice('/users/'.length) });

/** @param {Request} request @param {Response} response */
function answerPost(request, response) {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    try {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      const problem = userProblem(body);
      if (problem === undefined) sendJson(response, created(body), 201);
      else sendJson(response, refused(problem), 400);
    } catch {
      sendJson(response, refused('body must be JSON'), 400);
    }
  });
}

/** A path and /users/:id side by side. @param {string} path @param {(response: Response) => void} answer */
const besideUsers = (path, answer) => () => {
  handle = (request, response) => {
    const url = request.url ?? '';
    if (url === path) answer(response);
    else if (url.startsWith('/users/')) answerParam(request, response);
    else missing(response);
  };
};

/** @param {Response} response */
const hello = (response) => sendText(response, HELLO);
/** @param {Response} response */
const json = (response) => sendJson(response, greeting());

/** @typedef {(request: Request, response: Response, next: () => void) => void} Middleware */
/** @param {Middleware[]} middlewares @param {typeof handle} last @returns {typeof handle} */
const chain = (middlewares, last) =>
  middlewares.reduceRight(
    (/** @type {typeof handle} */ rest, middleware) => (request, response) =>
      middleware(request, response, () => rest(request, response)),
    last,
  );

const { setUp, port } = fromArguments({
  hello: at('/', (_request, response) => hello(response)),
  json: at('/json', (_request, response) => json(response)),
  param: at('/users/', answerParam),
  list: at('/list', (_request, response) => sendJson(response, list)),
  stream: at('/stream', (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    pipeline(Readable.from(pieces()), response, () => {});
  }),
  'gzip-json': at('/list', (_request, response) => {
    gzip(JSON.stringify(list), (error, body) => {
      if (error) throw error;
      const type = 'application/json; charset=utf-8';
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', 'content-length': body.byteLength });
      response.end(body);
    });
  }),
  post: at('/users', answerPost),
  'post-bad': at('/users', answerPost),
  throw: at('/missing', (_request, response) => {
    try {
      throw Object.assign(new Error('there is no such book'), { status: 404 });
    } catch (error) {
      const { message, status } = /** @type {Error & { status: number }} */ (error);
      sendJson(response, { message }, status);
    }
  }),
  middlewares: at(
    '/',
    chain(
      Array.from({ length: 10 }, () => (_request, _response, next) => next()),
      (_request, response) => hello(response),
    ),
  ),
  async: at('/', async (_request, response) => {
    await Promise.resolve();
    hello(response);
  }),
  deferred: at('/', async (_request, response) => {
    await nextTurn();
    hello(response);
  }),
  'header-state'() {
    at('/greet', (request, response) => {
      const state = { visitor: request.headers['x-name'] };
      sendText(response, `Hello, ${state.visitor}!`);
    })();
  },
  'hello-p16': besideUsers('/', hello),
  'json-p16': besideUsers('/json', json),
});

setUp();
const server = createServer((request, response) => handle(request, response));
server.listen(port, HOST, () => announce(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
