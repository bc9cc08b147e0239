// @ts-check
/** Fastify 5 as its documentation shows it: schemas for the body and for the answers, hooks as middleware, no logger. */
import { Readable } from 'node:stream';
import fastifyCompress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import Fastify from 'fastify';
import {
  HELLO,
  assets,
  created,
  greeting,
  list,
  listSchema,
  pieces,
  restAnswer,
  restRoutes,
  userSchema,
} from '../fixtures.mjs';
import { HOST, announce, fromArguments, nextTurn } from './contract.mjs';

/** @param {Record<string, object>} properties */
const object = (properties) => ({ type: 'object', properties });
/** @param {number} status @param {object} schema */
const answers = (status, schema) => ({ schema: { response: { [status]: schema } } });
const string = { type: 'string' };
const integer = { type: 'integer' };
const number = { type: 'number' };
const boolean = { type: 'boolean' };
const strings = { type: 'array', items: string };

const greetingSchema = object({ message: string, id: integer, ok: boolean, ratio: number, tags: strings });
const createdSchema = object({ id: integer, name: string, age: integer, email: string, role: string, tags: strings });

const app = Fastify();

const hello = () => void app.get('/', (_request, reply) => void reply.send(HELLO));
const json = () =>
  void app.get('/json', answers(200, greetingSchema), (_request, reply) => void reply.send(greeting()));
const param = () =>
  void app.get('/users/:id', answers(200, object({ id: string })), (request, reply) => {
    const { id } = /** @type {{ id: string }} */ (request.params);
    reply.send({ id });
  });
const listed = () => void app.get('/list', answers(200, listSchema), (_request, reply) => void reply.send(list));
const post = () =>
  void app.post(
    '/users',
    { schema: { body: userSchema, response: { 201: createdSchema } } },
    (request, reply) =>
      void reply.code(201).send(created(/** @type {import('../fixtures.mjs').User} */ (request.body))),
  );

const { setUp, port } = fromArguments({
  hello,
  json,
  param,
  post,
  'post-bad': post,
  route() {
    const options = answers(200, object({ route: integer, value: string }));
    for (const { method, pattern, number: route, parameters } of restRoutes) {
      const last = parameters.at(-1) ?? '';
      app.route({
        ...options,
        method,
        url: pattern,
        handler(request, reply) {
          const values = /** @type {Record<string, string>} */ (request.params);
          reply.send(restAnswer(route, values[last]));
        },
      });
    }
  },
  list: listed,
  'list-schema': listed,
  async 'gzip-json'() {
    await app.register(fastifyCompress);
    listed();
  },
  static: () => void app.register(fastifyStatic, { root: assets, prefix: '/assets/' }),
  stream: () =>
    void app.get('/stream', (_request, reply) => void reply.type('text/plain').send(Readable.from(pieces()))),
  throw() {
    app.get('/missing', () => {
      throw Object.assign(new Error('there is no such book'), { statusCode: 404 });
    });
  },
  middlewares() {
    for (let count = 0; count < 10; count += 1) app.addHook('onRequest', (_request, _reply, done) => done());
    hello();
  },
  async() {
    app.get('/', async () => {
      await Promise.resolve();
      return HELLO;
    });
  },
  deferred() {
    app.get('/', async () => {
      await nextTurn();
      return HELLO;
    });
  },
  'header-state'() {
    app.decorateRequest('visitor', '');
    app.addHook('onRequest', (request, _reply, done) => {
      request.setDecorator('visitor', request.headers['x-name']);
      done();
    });
    app.get('/greet', (request, reply) => void reply.send(`Hello, ${request.getDecorator('visitor')}!`));
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

await setUp();
await app.listen({ port, host: HOST });
announce(/** @type {import('node:net').AddressInfo} */ (app.server.address()).port);
