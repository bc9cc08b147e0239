// The example API for tasks: by its typed client, in process and over a socket, and across a restart.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { createClient } from 'nexurejs/client';

import { createTasks } from '../../examples/tasks/app.ts';

import type { TasksApi } from '../../examples/tasks/app.ts';

describe('the example API for tasks', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tasks-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const tokens = new Map([
    ['secret', 'ada'],
    ['other', 'bob'],
  ]);
  const headers = { authorization: 'Bearer secret' };
  function open(name: string, lines: string[] = []): TasksApi {
    const destination = { write: (line: string): unknown => lines.push(line) };
    return createTasks({ file: join(folder, name), tokens, logging: { destination } });
  }

  test('adds, lists, finishes and removes tasks for its client', async () => {
    const lines: string[] = [];
    const client = createClient<TasksApi>(open('a.json', lines), { headers });
    const added = await client.post('/api/tasks', { json: { title: 'write' } });
    assert.ok(added.ok);
    assert.equal(added.status, 201);
    // The types are those of the handler.
    const { id, title }: { id: number; title: string } = added.data;
    assert.deepEqual([id, title], [1, 'write']);

    const done = await client.put('/api/tasks/:id(int)/done', { params: { id } });
    assert.ok(done.ok && done.data.done);
    const list = await client.get('/api/tasks', { query: { by: 'ada' } });
    assert.deepEqual(list.ok && list.data.map((task) => task.title), ['write']);
    const ofBob = await client.get('/api/tasks', { query: { by: 'bob' } });
    assert.deepEqual(ofBob.ok && ofBob.data, []);

    assert.equal((await client.delete('/api/tasks/:id(int)', { params: { id } })).status, 204);
    const gone = await client.get('/api/tasks/:id(int)', { params: { id } });
    assert.deepEqual(!gone.ok && [gone.status, gone.error.code], [404, 'TASKS_NOT_FOUND']);
    assert.ok(lines.some((line) => line.includes('"msg":"added"') && line.includes('"reqId"')));
  });

  test('refuses who has no token, and a task without a title', async () => {
    const app = open('b.json');
    const refused = await app.request('/api/me');
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
    const me = await createClient<TasksApi>(app, { headers }).get('/api/me');
    assert.equal(me.ok && me.data.name, 'ada');
    const empty = await app.request('/api/tasks', { method: 'POST', headers, json: {} });
    assert.equal(empty.status, 422);
    assert.equal((await app.request('/api/tasks/abc', { headers })).status, 404);
  });

  test('keeps its tasks across a restart, and counts its answers', async () => {
    const first = open('c.json');
    const { url } = await first.start(0);
    await createClient<TasksApi>(url, { headers }).post('/api/tasks', { json: { title: 'stay' } });
    await first.stop({ idleMs: 0 });
    assert.match(await readFile(join(folder, 'c.json'), 'utf8'), /stay/);

    const second = open('c.json');
    const client = createClient<TasksApi>((await second.start(0)).url, { headers });
    const list = await client.get('/api/tasks');
    assert.deepEqual(list.ok && list.data.map(({ title }) => title), ['stay']);
    const health = await client.get('/health');
    assert.deepEqual(health.ok && health.data, { tasks: 1, answers: { count: 1, errors: 0 } });
    await second.stop({ idleMs: 0 });
  });
});
