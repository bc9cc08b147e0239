// @ts-check
/**
 * uWebSockets.js, where somebody installed it (it is not on npm). A C++ server that hands each request to JavaScript; it
 * is no framework: no middleware, no body parsing, so what those scenarios need is written here by hand.
 */
// @ts-ignore: optional, not among the dependencies
import uws from 'uWebSockets.js';
import { HELLO, created, greeting, list, refused, restAnswer, restRoutes, userProblem } from '../fixtures.mjs';
import { HOST, announce, fromArguments, nextTurn } from './contract.mjs';

/** @typedef {any} Response */
/** @typedef {any} Request */

const app = uws.App();

/** @param {Response} response @param {string} text */
const sendText = (response, text) => response.writeHeader('content-type', 'text/plain; charset=utf-8').end(text);
/** @param {Response} response @param {unknown} value @param {string} [status] */
const sendJson = (response, value, status = '200 OK') =>
  response.writeStatus(status).writeHeader('content-type', 'application/json').end(JSON.stringify(value));

const hello = () => void app.get('/', (/** @type {Response} */ response) => sendText(response, HELLO));
const json = () => void app.get('/json', (/** @type {Response} */ response) => sendJson(response, greeting()));
const param = () =>
  void app.get('/users/:id', (/** @type {Response} */ response, /** @type {Request} */ request) =>
    sendJson(response, { id: request.getParameter(0) }),
  );
const post = () =>
  void app.post('/users', (/** @type {Response} */ response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    response.onAborted(() => {});
    response.onData((/** @type {ArrayBuffer} */ chunk, /** @type {boolean} */ last) => {
      chunks.push(Buffer.from(chunk.slice(0)));
      if (!last) return;
      const body = JSON.parse(Buffer.concat(chunks).toString());
      const problem = userProblem(body);
      response.cork(() => {
        if (problem === undefined) sendJson(response, created(body), '201 Created');
        else sendJson(response, refused(problem), '400 Bad Request');
      });
    });
  });

const listed = () => void app.get('/list', (/** @type {Response} */ response) => sendJson(response, list));

/** @param {() => Promise<unknown>} wait */
const helloAfter = (wait) =>
  void app.get('/', async (/** @type {Response} */ response) => {
    let aborted = false;
    response.onAborted(() => {
      aborted = true;
    });
    await wait();
    if (!aborted) response.cork(() => sendText(response, HELLO));
  });

const { setUp, port } = fromArguments({
  hello,
  json,
  param,
  post,
  'post-bad': post,
  route() {
    for (const { method, pattern, number, parameters } of restRoutes) {
      const verb = method === 'DELETE' ? 'del' : method.toLowerCase();
      const last = parameters.length - 1;
      app[verb](pattern, (/** @type {Response} */ response, /** @type {Request} */ request) =>
        sendJson(response, restAnswer(number, last < 0 ? undefined : request.getParameter(last))),
      );
    }
  },
  list: listed,
  'list-schema': listed,
  middlewares() {
    /** @typedef {(response: Response, request: Request) => void} Handler */
    /** @type {Handler} */
    let handler = (response) => sendText(response, HELLO);
    /** @param {Response} _response @param {Request} _request @param {() => void} next */
    const middleware = (_response, _request, next) => next();
    for (let count = 0; count < 10; count += 1) {
      const rest = handler;
      handler = (response, request) => middleware(response, request, () => rest(response, request));
    }
    app.get('/', handler);
  },
  async: () => helloAfter(() => Promise.resolve()),
  deferred: () => helloAfter(nextTurn),
  'header-state'() {
    app.get('/greet', (/** @type {Response} */ response, /** @type {Request} */ request) => {
      const state = { visitor: request.getHeader('x-name') };
      sendText(response, `Hello, ${state.visitor}!`);
    });
  },
  'hello-p16'() {
    hello();
    param();
  },
  'json-p16'() {
    json();
    param();
  },
});

setUp();
app.listen(HOST, port, (/** @type {unknown} */ socket) => {
  if (!socket) throw new Error(`cannot listen on port ${port}`);
  announce(uws.us_socket_local_port(socket));
});
