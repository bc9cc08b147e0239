// @ts-check
/** Hono on its Node adapter, with its own validator middleware around the hand-written check. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { HTTPException } from 'hono/http-exception';
import { streamText } from 'hono/streaming';
import { validator } from 'hono/validator';
import { HELLO, created, greeting, list, pieces, refused, restAnswer, restRoutes, userProblem } from '../fixtures.mjs';
import { HOST, announce, fromArguments, nextTurn } from './contract.mjs';

/** @type {Hono<{ Variables: { visitor: string | undefined } }>} */
const app = new Hono();

const hello = () => void app.get('/', (c) => c.text(HELLO));
const json = () => void app.get('/json', (c) => c.json(greeting()));
const param = () => void app.get('/users/:id', (c) => c.json({ id: c.req.param('id') }));
const listed = () => void app.get('/list', (c) => c.json(list));
const post = () => {
  const checked = validator('json', (body, c) => {
    const problem = userProblem(body);
    return problem === undefined ? /** @type {import('../fixtures.mjs').User} */ (body) : c.json(refused(problem), 400);
  });
  app.post('/users', checked, (c) => c.json(created(c.req.valid('json')), 201));
};

const { setUp, port } = fromArguments({
  hello,
  json,
  param,
  post,
  'post-bad': post,
  route() {
    for (const { method, pattern, number, parameters } of restRoutes) {
      const last = parameters.at(-1);
      app.on(method, pattern, (c) => c.json(restAnswer(number, last === undefined ? undefined : c.req.param(last))));
    }
  },
  list: listed,
  'gzip-json'() {
    app.use(compress());
    listed();
  },
  stream() {
    app.get('/stream', (c) =>
      streamText(c, async (stream) => {
        for await (const piece of pieces()) await stream.write(piece);
      }),
    );
  },
  throw() {
    app.get('/missing', () => {
      throw new HTTPException(404, { message: 'there is no such book' });
    });
    app.onError((error, c) => c.json({ message: error.message }, error instanceof HTTPException ? error.status : 500));
  },
  middlewares() {
    for (let count = 0; count < 10; count += 1) app.use((_c, next) => next());
    hello();
  },
  async() {
    app.get('/', async (c) => {
      await Promise.resolve();
      return c.text(HELLO);
    });
  },
  deferred() {
    app.get('/', async (c) => {
      await nextTurn();
      return c.text(HELLO);
    });
  },
  'header-state'() {
    app.use((c, next) => {
      c.set('visitor', c.req.header('x-name'));
      return next();
    });
    app.get('/greet', (c) => c.text(`Hello, ${c.get('visitor')}!`));
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
serve({ fetch: app.fetch, port, hostname: HOST }, (address) => announce(address.port));
