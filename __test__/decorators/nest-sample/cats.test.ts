// A sample of NestJS, moved over, answers as it did there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';

import { createApp } from '../../../js/index.ts';
import { compilers, importSource } from '../compilers.ts';

import type { Constructor } from '../../../js/index.ts';

describe('the cats of NestJS', async () => {
  const source = await readFile(new URL('cats.ts', import.meta.url), 'utf8');
  const { AppModule, CatsModule } = await importSource(source, compilers['swc'] as never, 'legacy');
  const app = createApp({ logger: false }).register(AppModule as Constructor);
  const cat = { name: 'Tom', age: 3, breed: 'grey' };
  const admin = { 'x-role': 'admin' };

  test('are made, listed and found, through module, service, pipe and interceptor', async () => {
    assert.equal((await app.request('/cats', { method: 'POST', json: cat, headers: admin })).status, 204);
    assert.deepEqual(await (await app.request('/cats')).json(), { data: [cat] });
    assert.deepEqual(await (await app.request('/cats/0')).json(), { data: cat });
    const raw = await app.request('/cats/raw', { method: 'POST', json: cat, headers: admin });
    assert.deepEqual(await raw.json(), { data: { name: 'Tom' } });
  });

  test('are guarded before anything is validated', async () => {
    const refused = await app.request('/cats', { method: 'POST', json: {} });
    assert.equal(refused.status, 403);
    assert.deepEqual(await refused.json(), { statusCode: 403, message: 'You may not do this.', path: '/cats' });
  });

  test('have what is wrong answered by the filter', async () => {
    for (const [path, expected] of Object.entries({ '/cats/9': 404, '/cats/x': 400, '/cats/-1': 400 })) {
      const response = await app.request(path);
      assert.equal(response.status, expected);
      assert.equal(((await response.json()) as { path: string }).path, path);
    }
    const unfit = await app.request('/cats', { method: 'POST', json: { name: 1 }, headers: admin });
    assert.equal(unfit.status, 422);
  });

  test('are modules of the names of their classes', () => {
    assert.deepEqual(
      app.modules().map(({ name }) => name),
      ['CatsModule', 'AppModule'],
    );
    assert.throws(() => createApp().register(CatsModule as Constructor, {}), { code: 'ERR_NEXURE_MODULE_INVALID' });
  });
});
