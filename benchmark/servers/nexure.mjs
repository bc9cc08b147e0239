// @ts-check
/** NexureJS through its public API and nothing else: schemas for the bodies, middleware, no logger. */
import { createApp, NotFoundError } from 'nexurejs';
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

const app = createApp({ compression: process.argv[2] === 'gzip-json' });

const hello = () => void app.get('/', () => HELLO);
const json = () => void app.get('/json', () => greeting());
const param = () => void app.get('/users/:id', (ctx) => ({ id: ctx.params.id }));
const listed = () => void app.get('/list', () => list);
const post = () =>
  void app.post('/users', { body: userSchema }, (ctx) => {
    ctx.response.status(201);
    return created(/** @type {Parameters<typeof created>[0]} */ (ctx.body));
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
      app.route({
        method: /** @type {import('nexurejs').HttpMethod} */ (method),
        path: pattern,
        handler: (ctx) => restAnswer(number, ctx.params[last]),
      });
    }
  },
  list: listed,
  'list-schema': () => void app.get('/list', { schema: { response: { 200: listSchema } } }, () => list),
  'gzip-json': listed,
  static: () => void app.static('/assets', assets),
  stream: () => void app.get('/stream', (ctx) => ctx.response.type('text/plain').stream(pieces())),
  throw() {
    app.get('/missing', () => {
      throw new NotFoundError('there is no such book');
    });
  },
  middlewares() {
    for (let count = 0; count < 10; count += 1) app.use((_ctx, next) => next());
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
    app.use((ctx, next) => {
      ctx.state.visitor = ctx.request.get('x-name');
      return next();
    });
    app.get('/greet', (ctx) => `Hello, ${ctx.state.visitor}!`);
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
const address = await app.start(port, HOST);
announce(address.port);
