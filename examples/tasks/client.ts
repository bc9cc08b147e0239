// A program that uses the API: it knows the routes and answers by their types, and loads nothing of the server.
import { createClient } from 'nexurejs/client';

import type { TasksApi } from './app.ts';

const client = createClient<TasksApi>(process.env['TASKS_URL'] || 'http://127.0.0.1:3000', {
  headers: { authorization: 'Bearer secret' },
});

const added = await client.post('/api/tasks', { json: { title: process.argv[2] ?? 'Read the guide' } });
if (!added.ok) throw new Error(`${added.status}: ${added.error.detail}`);
console.log('added', added.data.id);

const list = await client.get('/api/tasks');
if (list.ok) for (const { id, title, done } of list.data) console.log(id, done ? 'done' : 'open', title);
