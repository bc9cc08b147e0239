// @ts-check
/**
 * The scenarios: what the load generator sends, and the exact answers every server must give before it is timed.
 */
import { HELLO, allPieces, created, greeting, list, page, restAnswer, restRoutes } from './fixtures.mjs';

/**
 * @typedef {object} Expected
 * @property {number} status
 * @property {number} [orStatus] another that says the same
 * @property {'text' | 'json' | 'none'} type family of the content type
 * @property {string} [body] the exact body
 * @property {string} [includes] a part of the body, where servers word it each in their own way
 * @property {string[]} [fields] names of header fields, in lower case, that must be there
 */
/** @typedef {{ method: string, path: string, headers?: Record<string, string>, body?: string, expected: Expected }} Exchange */
/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} about one sentence for the report
 * @property {boolean} main part of a quick run
 * @property {boolean} [heap] the heap that a request takes is measured, too
 * @property {number} pipelining requests a connection sends before it waits
 * @property {Exchange[]} exchanges what is sent while timing, in turn
 * @property {Exchange[]} [alsoChecked] further exchanges, checked only
 * @property {Record<string, string>} [without] servers that do not take part, and why
 */

/** @param {string} path @param {string} body @param {Record<string, string>} [headers] @returns {Exchange} */
const text = (path, body, headers) => ({
  method: 'GET',
  path,
  ...(headers ? { headers } : {}),
  expected: { status: 200, type: 'text', body },
});

/** @param {string} path @param {unknown} value @param {string} [method] @returns {Exchange} */
const json = (path, value, method = 'GET') => ({
  method,
  path,
  expected: { status: 200, type: 'json', body: JSON.stringify(value) },
});

/** @param {unknown} body @param {Expected} expected @returns {Exchange} */
const postUser = (body, expected) => ({
  method: 'POST',
  path: '/users',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  expected,
});

/** 197 bytes as JSON. */
const user = {
  name: 'Augusta Ada King, Countess of Lovelace',
  age: 36,
  email: 'ada.lovelace@analytical-engine.example.org',
  role: 'admin',
  tags: ['mathematics', 'analytical engines', 'poetry', 'some long notes'],
};
/** @type {Expected} */
const createdUser = { status: 201, type: 'json', body: JSON.stringify(created(user)) };
const refusal = (/** @type {string} */ member) =>
  /** @type {const} */ ({ status: 400, orStatus: 422, type: 'json', includes: member });
const wrongUser = postUser({ ...user, age: 200 }, refusal('age'));

const hello = text('/', HELLO);
const users = Array.from({ length: 16 }, (_, index) =>
  json(`/users/${4000 + index * 7}`, { id: `${4000 + index * 7}` }),
);

/** One request to every route, neighbours in the table kept apart. @returns {Exchange[]} */
function everyRoute() {
  const stride = 97; // prime, and no divisor of the number of routes: visits each exactly once
  return restRoutes.map((_, turn) => {
    const route = restRoutes[(turn * stride) % restRoutes.length];
    if (route === undefined) throw new RangeError('the stride left the table');
    const path = route.pattern.replaceAll(/:(\w+)/g, (_match, name) => `${name}-${turn}`);
    const last = route.parameters.at(-1);
    const value = last === undefined ? undefined : `${last}-${turn}`;
    return json(path, restAnswer(route.number, value), route.method);
  });
}

/** @param {Record<string, string>} headers @param {Expected} expected @returns {Exchange} */
const getPage = (headers, expected) => ({ method: 'GET', path: '/assets/page.txt', headers, expected });

/** @type {Expected} */
const wholePage = { status: 200, type: 'text', body: page, fields: ['etag', 'last-modified', 'accept-ranges'] };
/** @type {Expected} */
const pagePart = { status: 206, type: 'text', body: page.slice(100, 200), fields: ['content-range'] };
const later = 'Thu, 31 Dec 2099 23:59:59 GMT';

/** @type {Exchange} */
const compressedList = {
  method: 'GET',
  path: '/list',
  headers: { 'accept-encoding': 'gzip' },
  expected: { status: 200, type: 'json', body: JSON.stringify(list), fields: ['content-encoding'] },
};

const floor = 'The limit has no such layer and answers plainly.';

/** @type {Scenario[]} */
export const scenarios = [
  { name: 'hello', about: 'GET / answers a short text.', main: true, heap: true, pipelining: 1, exchanges: [hello] },
  {
    name: 'json',
    about: 'GET /json answers a small object of five members.',
    main: true,
    heap: true,
    pipelining: 1,
    exchanges: [json('/json', greeting())],
  },
  {
    name: 'param',
    about: 'GET /users/:id answers the parameter in an object.',
    main: true,
    pipelining: 1,
    exchanges: users,
  },
  {
    name: 'route',
    about: 'A REST API of 230 routes, each asked in turn; the answer names the route and its last parameter.',
    main: false,
    pipelining: 1,
    exchanges: everyRoute(),
    without: { 'node-http': 'it has no router' },
  },
  {
    name: 'list',
    about: 'GET /list serialises 100 objects of eight members. The limit sends bytes made beforehand.',
    main: false,
    pipelining: 1,
    exchanges: [json('/list', list)],
  },
  {
    name: 'list-schema',
    about:
      'list, with a schema of the answer declared where the server has such a thing (Fastify has it in list already). The ' +
      'limit sends bytes made beforehand.',
    main: false,
    pipelining: 1,
    exchanges: [json('/list', list)],
    without: { express: 'it has no schemas', hono: 'it has no schemas', 'node-http': 'it has no schemas' },
  },
  {
    name: 'post',
    about:
      'POST /users checks a JSON body of 197 bytes and five members, and echoes it with 201. NexureJS and Fastify validate by ' +
      'the same JSON Schema, the others by one hand-written check; the limit scans the bytes.',
    main: true,
    heap: true,
    pipelining: 1,
    exchanges: [postUser(user, createdUser)],
    alsoChecked: [wrongUser],
  },
  {
    name: 'post-bad',
    about: 'The same, with an age out of range: 400 or 422.',
    main: false,
    pipelining: 1,
    exchanges: [wrongUser],
    alsoChecked: [
      postUser({ ...user, name: '' }, refusal('name')),
      postUser({ ...user, email: 'nobody' }, refusal('email')),
      postUser(user, createdUser),
    ],
  },
  {
    name: 'throw',
    about:
      'GET /missing throws the 404 error of the framework, which is answered as it answers errors; Express and Hono with a ' +
      'handler that makes JSON of it. node:http catches an Error of its own.',
    main: false,
    pipelining: 1,
    exchanges: [
      { method: 'GET', path: '/missing', expected: { status: 404, type: 'json', includes: 'there is no such book' } },
    ],
    without: { uws: 'it answers no errors', limit: 'it has no errors' },
  },
  {
    name: 'middlewares',
    about: `Ten middlewares that each call the next one at once, then hello. ${floor}`,
    main: false,
    pipelining: 1,
    exchanges: [hello],
  },
  {
    name: 'async',
    about: `An async handler that awaits a resolved promise, then hello. ${floor}`,
    main: false,
    heap: true,
    pipelining: 1,
    exchanges: [hello],
  },
  {
    name: 'deferred',
    about: `An async handler that waits for setImmediate, then hello. ${floor}`,
    main: false,
    pipelining: 1,
    exchanges: [hello],
  },
  {
    name: 'header-state',
    about: 'A middleware reads a request header into the state of the request, the handler greets by it.',
    main: false,
    heap: true,
    pipelining: 1,
    exchanges: [text('/greet', HELLO, { 'x-name': 'World' })],
    alsoChecked: [text('/greet', 'Hello, Ada!', { 'x-name': 'Ada' })],
  },
  {
    name: 'hello-p16',
    about: 'hello, 16 requests pipelined per connection.',
    main: true,
    pipelining: 16,
    exchanges: [hello],
    alsoChecked: users,
  },
  {
    name: 'json-p16',
    about: 'json, 16 requests pipelined per connection.',
    main: false,
    pipelining: 16,
    exchanges: [json('/json', greeting())],
    alsoChecked: users,
  },
  {
    name: 'static',
    about:
      'GET of a file of 10 KiB, with ETag and Last-Modified, on servers that answer ranges and conditions, too; these are ' +
      'checked before each run.',
    main: false,
    pipelining: 1,
    exchanges: [getPage({}, wholePage)],
    alsoChecked: [
      getPage({ range: 'bytes=100-199' }, pagePart),
      getPage({ 'if-none-match': '*' }, { status: 304, type: 'none', body: '', fields: ['etag'] }),
      getPage({ 'if-modified-since': later }, { status: 304, type: 'none', body: '', fields: ['etag'] }),
    ],
    without: {
      hono: 'its files have no ETag',
      'node-http': 'it serves no files',
      uws: 'it serves no files',
      limit: 'it serves no files',
    },
  },
  {
    name: 'stream',
    about: 'An async generator gives 16 pieces of 1 KiB, each sent as it comes.',
    main: false,
    pipelining: 1,
    exchanges: [text('/stream', allPieces)],
    without: { uws: 'streams are written by hand there', limit: 'it has no streams' },
  },
  {
    name: 'gzip-json',
    about:
      'list, compressed with gzip at the default level of each server (zlib 6, NexureJS 4). @fastify/compress takes ' +
      "Fastify's part.",
    main: false,
    pipelining: 1,
    exchanges: [compressedList],
    without: {
      express: 'compression is another package',
      uws: 'it compresses nothing',
      limit: 'it compresses nothing',
    },
  },
];
