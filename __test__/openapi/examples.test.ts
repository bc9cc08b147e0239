// The documents of the examples.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { createBookstore } from '../../examples/bookstore/app.ts';
import { BookRepository } from '../../examples/bookstore/repository.ts';
import { createTasks } from '../../examples/tasks/app.ts';
import { checkDocument, contentSchema, operationAt } from './documents.ts';

describe('the document of', () => {
  test('the bookstore has its schemas by name, and is served with a page', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const app = createBookstore(await BookRepository.open(join(folder, 'books.json')));
    const document = app.openapi();
    await checkDocument(document);
    assert.deepEqual(Object.keys(document.components.schemas ?? {}), [
      'Book',
      'BookChange',
      'BookList',
      'InvalidProblem',
      'NewBook',
      'Problem',
    ]);
    const { requestBody, responses } = operationAt(document, 'post', '/books');
    assert.deepEqual(contentSchema(requestBody?.content), { $ref: '#/components/schemas/NewBook' });
    assert.ok('201' in responses && '409' in responses && '422' in responses && !('2XX' in responses));
    assert.deepEqual(await (await app.request('/openapi.json')).json(), document);
    const page = await app.request('/docs');
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.match(await page.text(), /id="op-postBooks"/);
  });

  test('the tasks has the paths of groups and mounts', async () => {
    const document = createTasks({ file: 'none.json', tokens: new Map() }).openapi();
    await checkDocument(document);
    const paths = ['/health', '/api/me', '/api/tasks', '/api/tasks/{id}', '/api/tasks/{id}/done'];
    assert.deepEqual(Object.keys(document.paths), paths);
  });
});
