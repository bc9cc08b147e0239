// @ts-check
/** Express 5 with its defaults; `express.json()` on the one route that takes a body. */
import { pipeline, Readable } from 'node:stream';
import express from 'express';
import {
  HELLO,
  assets,
  created,
  greeting,
  list,
  pieces,
  refused,
  restAnswer,
  restRoutes,
  userProblem,
} from '../fixtures.mjs';
import { HOST, announce, fromArguments, nextTurn } from './contract.mjs';

const app = express();

/** @param {import('express').Response} response @param {string} text */
const sendText = (response, text) => void response.type('text/plain').send(text);

const hello = () => void app.get('/', (_request, response) => sendText(response, HELLO));
const json = () => void app.get('/json', (_request, response) => void response.json(greeting()));
const param = () => void app.get('/users/:id', (request, response) => void response.json({ id: request.params.id }));
const post = () =>
  void app.post('/users', express.json(), (request, response) => {
    const problem = userProblem(request.body);
    if (problem === undefined) response.status(201).json(created(request.body));
    else response.status(400).json(refused(problem));
  });

const { setUp, port } = fromArguments({
  hello,
  json,
  param,
  post,
  'post-bad': post,
  route() {
    for (const { method, pattern, number, parameters } of restRoutes) {
      const last = parameters.at(-1) ?? '';
      const verb = /** @type {'get' | 'post' | 'put' | 'patch' | 'delete'} */ (method.toLowerCase());
      app[verb](pattern, (request, response) => {
        const values = /** @type {Record<string, string>} */ (request.params);
        response.json(restAnswer(number, values[last]));
      });
    }
  },
  list() {
    app.get('/list', (_request, response) => void response.json(list));
  },
  static: () => void app.use('/assets', express.static(assets)),
  stream: () =>
    void app.get('/stream', (_request, response) => {
      pipeline(Readable.from(pieces()), response.type('text/plain'), () => {});
    }),
  throw() {
    app.get('/missing', () => {
      throw Object.assign(new Error('there is no such book'), { status: 404 });
    });
    app.use(
      /** @type {(error: { status: number, message: string }, ...rest: [unknown, import('express').Response, unknown]) => void} */
      (error, _request, response, _next) => void response.status(error.status).json({ message: error.message }),
    );
  },
  middlewares() {
    for (let count = 0; count < 10; count += 1) app.use((_request, _response, next) => next());
    hello();
  },
  async() {
    app.get('/', async (_request, response) => {
      await Promise.resolve();
      sendText(response, HELLO);
    });
  },
  deferred() {
    app.get('/', async (_request, response) => {
      await nextTurn();
      sendText(response, HELLO);
    });
  },
  'header-state'() {
    app.use((request, response, next) => {
      response.locals['visitor'] = request.headers['x-name'];
      next();
    });
    app.get('/greet', (_request, response) => sendText(response, `Hello, ${response.locals['visitor']}!`));
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
const server = app.listen(port, HOST, (error) => {
  if (error) throw error;
  announce(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
});
