// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { created, greeting, list, parseRoutes, restRoutes, userProblem } from '../fixtures.mjs';
import { wrkRequests } from '../load.mjs';
import { scenarios } from '../scenarios.mjs';
import { executableIn, servers } from '../servers.mjs';

/** @param {string} name */
const scenario = (name) => {
  const found = scenarios.find((candidate) => candidate.name === name);
  assert.ok(found, name);
  return found;
};

test('the REST API has 230 routes, no two alike', () => {
  assert.equal(restRoutes.length, 230);
  const shapes = new Set(restRoutes.map(({ method, pattern }) => `${method} ${pattern.replaceAll(/:\w+/g, ':')}`));
  assert.equal(shapes.size, 230);
});

test('the route scenario asks for every route once', () => {
  const numbers = scenario('route').exchanges.map(({ expected }) => JSON.parse(expected.body ?? '').route);
  assert.deepEqual(
    numbers.toSorted((a, b) => a - b),
    restRoutes.map(({ number }) => number),
  );
});

test('routes are read with their parameters in order', () => {
  assert.deepEqual(parseRoutes('GET /a/:b/c/:d\n'), [
    { number: 0, method: 'GET', pattern: '/a/:b/c/:d', parameters: ['b', 'd'] },
  ]);
});

test('the list has 100 objects of eight members, the small object five members', () => {
  assert.equal(list.length, 100);
  assert.ok(list.every((row) => Object.keys(row).length === 8));
  assert.equal(Object.keys(greeting()).length, 5);
});

test('names of scenarios and servers are unique, and exceptions name real servers', () => {
  const ids = servers.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(new Set(scenarios.map(({ name }) => name)).size, scenarios.length);
  assert.ok(scenarios.every(({ without = {} }) => Object.keys(without).every((id) => ids.includes(id))));
});

const user = { name: 'Ada', age: 36, email: 'ada@example.org', role: 'admin', tags: ['a'] };

test('the hand-written check accepts users at the bounds', () => {
  for (const change of [
    {},
    { age: 0 },
    { age: 150 },
    { name: 'é'.repeat(100) },
    { tags: [] },
    { name: '😀'.repeat(100) },
  ]) {
    assert.equal(userProblem({ ...user, ...change }), undefined);
  }
});

test('the hand-written check names the member that is wrong', () => {
  for (const [member, value] of [
    ['name', ''],
    ['name', 'x'.repeat(101)],
    ['name', 1],
    ['age', -1],
    ['age', 151],
    ['age', 1.5],
    ['age', '36'],
    ['email', 'nobody'],
    ['email', 'a b@c'],
    ['role', 'root'],
    ['tags', 'a'],
    ['tags', [1]],
    ['tags', Array(11).fill('')],
  ]) {
    assert.match(userProblem({ ...user, [String(member)]: value }) ?? '', new RegExp(`body/${member}`));
  }
  for (const body of [null, [], 'text', undefined]) assert.match(userProblem(body) ?? '', /object/);
});

test('a created user carries an id before what was sent', () => {
  assert.equal(JSON.stringify(created(user)), JSON.stringify({ id: 1, ...user }));
});

test('the file for wrk holds the depth and each request after its length in bytes', () => {
  const exchange = {
    method: 'POST',
    path: '/',
    body: 'é',
    expected: { status: 200, type: /** @type {const} */ ('text') },
  };
  const text = wrkRequests({ name: '', about: '', main: false, pipelining: 16, exchanges: [exchange] }, 80);
  const request = 'POST / HTTP/1.1\r\nhost: 127.0.0.1:80\r\ncontent-length: 2\r\n\r\né';
  assert.equal(text, `16\n${Buffer.byteLength(request)}\n${request}`);
});

test('finds the executable in the messages of cargo', () => {
  const messages = ['noise', '{"executable":null}', '{"executable":"/a/limit"}', '{"reason":"build-finished"}'].join(
    '\n',
  );
  assert.equal(executableIn(messages), '/a/limit');
  assert.equal(executableIn('{"executable":null}'), undefined);
});

test('literal routes come before the parameters that would swallow them, as routers that go by order need', () => {
  const swallows = (/** @type {string} */ earlier, /** @type {string} */ later) => {
    const parts = later.split('/');
    const pattern = earlier.split('/');
    return (
      pattern.length === parts.length && pattern.every((part, index) => part === parts[index] || part.startsWith(':'))
    );
  };
  for (const { number, method, pattern } of restRoutes) {
    const before = restRoutes.slice(0, number).filter((route) => route.method === method);
    assert.ok(!before.some((route) => swallows(route.pattern, pattern)), pattern);
  }
});
