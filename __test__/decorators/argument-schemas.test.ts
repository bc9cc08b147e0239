// Schemas of arguments: they are those of the route, so that they coerce, run natively and stand in documents.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { compilers, importSource } from './compilers.ts';

import type { Constructor, InjectInit } from '../../js/index.ts';
import type { Dialect } from './compilers.ts';

const SOURCE = `
import { Args, Body, Controller, Cookie, Get, Headers, Param, Post, Property, Put, Query, Schema } from 'nexurejs';
import { t } from 'nexurejs/schema';
import { Type } from 'typebox';
import * as z from 'zod';

@Schema() class Page { @Property(t.int().default(1)) page; }

@Controller('things')
export class Things {
  @Get(':id')
  @Args(Param('id', t.int()), Headers('X-Count', t.int().default(3)), Cookie('sid', t.string().min(2).optional()))
  one(id, count, sid) { return { id, count, sid }; }

  @Get() @Args(Query(Page), Query('tags', t.array(t.string()).default([]))) list(page, tags) { return { ...page, tags }; }
  @Post() @Args(Body(Type.Object({ a: Type.Integer() }))) add(body) { return body; }
  @Post('zod') @Args(Body(z.object({ a: z.number() }))) zod(body) { return body; }
  @Put() @Args(Body('a', t.int()), Body('b', { type: 'string' }), Query('n', z.coerce.number())) put(a, b, n) { return { a, b, n }; }
}`;

const REQUESTS: readonly (readonly [target: string, init: InjectInit, status: number, body: string])[] = [
  ['/things/7', {}, 200, '{"id":7,"count":3}'],
  ['/things/7', { headers: { 'x-count': '5', cookie: 'sid=abc' } }, 200, '{"id":7,"count":5,"sid":"abc"}'],
  ['/things/x', {}, 422, '"in":"params","pointer":"/id"'],
  ['/things/7', { headers: { cookie: 'sid=a' } }, 422, '"in":"cookies","pointer":"/sid"'],
  ['/things?page=2&tags=a', {}, 200, '{"page":2,"tags":["a"]}'],
  ['/things?page=x', {}, 422, '"in":"query","pointer":"/page"'],
  ['/things', { method: 'POST', json: { a: 1 } }, 200, '{"a":1}'],
  ['/things', { method: 'POST', json: { a: '1' } }, 422, '"in":"body","pointer":"/a","code":"type"'],
  ['/things/zod', { method: 'POST', json: { a: 1 } }, 200, '{"a":1}'],
  ['/things/zod', { method: 'POST', json: { a: '1' } }, 422, '"in":"body","pointer":"/a"'],
  ['/things?n=2', { method: 'PUT', json: { a: 1, b: 'x' } }, 200, '{"a":1,"b":"x","n":2}'],
  ['/things?n=2', { method: 'PUT', json: { a: 1 } }, 422, '"property":"b"'],
  ['/things?n=x', { method: 'PUT', json: { a: 1, b: 'x' } }, 400, 'query n: '],
];

describe('schemas of arguments', () => {
  const { esbuild } = compilers;
  for (const dialect of ['standard', 'legacy'] satisfies Dialect[]) {
    test(`are those of the route, ${dialect} dialect`, async () => {
      assert.ok(esbuild);
      const { Things } = await importSource(SOURCE, esbuild, dialect);
      const app = createApp().register(Things as Constructor);
      for (const [target, init, status, text] of REQUESTS) {
        const answer = await app.request(target, init);
        const given = await answer.text();
        assert.deepEqual([answer.status, given.includes(text)], [status, true], `${target}: ${given}`);
      }
      const { paths } = app.openapi();
      const names = paths['/things/{id}']?.get?.parameters?.map((one) =>
        'name' in one ? `${one.in} ${one.name}` : '',
      );
      assert.deepEqual(names, ['path id', 'header x-count', 'cookie sid']);
    });
  }

  test('are refused where one part has two that cannot be joined', async () => {
    const { esbuild: compiler } = compilers;
    assert.ok(compiler);
    const args = [
      ["Query('a', t.int()), Query('a', t.int())", /Wrong\.one has two schemas for a of its query/],
      ["Query(z.object({})), Query('a', t.int())", /Wrong\.one has two schemas for its query: that of another library/],
      ['Query(t.object({})), Query(t.object({}))', /Wrong\.one has two schemas for its query/],
    ] as const;
    for (const [list, message] of args) {
      const source = `import { Args, Controller, Get, Query } from 'nexurejs'; import { t } from 'nexurejs/schema';
        import * as z from 'zod'; @Controller() export class Wrong { @Get() @Args(${list}) one() {} }`;
      const { Wrong } = await importSource(source, compiler, 'standard');
      assert.throws(() => createApp().register(Wrong as Constructor), message);
    }
  });
});
