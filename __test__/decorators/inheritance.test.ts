// What children of a controller inherit, what they say anew, and what their parents never hear of.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { compilers, importSource } from './compilers.ts';

import type { Constructor } from '../../js/index.ts';

const SOURCE = `
import { Args, Body, Controller, Get, Guard, Header, Param, Post, Status, Use } from 'nexurejs';

const note = (name) => (ctx, next) => { (ctx.state.trail ??= []).push(name); return next(); };
/** A decorator that replaces the method, in either dialect. */
export function loud(target, second, third) {
  const wrap = (method) => function (...args) { return String(method.apply(this, args)) + '!'; };
  if (typeof second === 'object') return wrap(target);
  third.value = wrap(third.value);
  return third;
}
/** A decorator that replaces the class. */
export function sealed(Target) { return class extends Target {}; }

class Base {
  @Get('/one') @Use(note('base')) @Guard((ctx) => ctx.request.get('x-no') !== '1') one(ctx) { return 'base ' + ctx.state.trail; }
  @Post('/two') @Status(202) @Args(Body()) two(body) { return body; }
  @Get('/wrapped') @loud wrapped() { return 'wrapped'; }
  @loud @Get('/outer') outer() { return 'outer'; }
}

@Controller('/plain') export class Plain extends Base {}

@Controller('/child') @Use(note('child')) export class Child extends Base {
  one(ctx) { return 'child ' + ctx.state.trail; }
  @Get('/three') three(ctx) { return 'three ' + ctx.state.trail; }
}

@Controller('/refined') export class Refined extends Base {
  @Get('/uno') @Use(note('refined')) one(ctx) { return 'refined ' + ctx.state.trail; }
  @Header('x-more', '1') two(body) { return { more: body }; }
}

/** Has the prefix of its parent. */
export class Grandchild extends Child {
  @Get('/four') four() { return 'four'; }
}

@sealed @Controller('/replaced') export class Replaced { @Get() one() { return 'replaced'; } }
@Controller('/inner') @sealed export class Inner { @Get() one() { return 'inner'; } }
const key = Symbol('key');
@Controller('/symbol') export class Named { @Get() [key]() { return 'symbol'; } }
@Controller(['/a', 'b/']) export class Several { @Get(['/x', 'y']) one({ request }) { return request.path; } }
@Controller('/users/:user') export class Posts {
  @Get('/:id') @Args(Param('user'), Param('id')) one(user, id) { return user + id; }
}
`;

for (const [name, compiler] of Object.entries(compilers)) {
  for (const dialect of ['standard', 'legacy'] as const) {
    describe(`controllers compiled by ${name}, ${dialect} dialect`, () => {
      const load = async (of: string): Promise<ReturnType<typeof createApp>> => {
        const classes = await importSource(SOURCE, compiler, dialect);
        return createApp().register(classes[of] as Constructor);
      };
      const paths = (app: ReturnType<typeof createApp>): string[] =>
        app.routes().map((route) => `${route.method} ${route.path}`);
      const text = async (app: ReturnType<typeof createApp>, target: string, init = {}): Promise<string> =>
        (await app.request(target, init)).text();

      test('inherit routes, and parents do not hear of their children', async () => {
        const app = await load('Plain');
        assert.deepEqual(paths(app), ['GET /plain/one', 'POST /plain/two', 'GET /plain/wrapped', 'GET /plain/outer']);
        assert.equal(await text(app, '/plain/one'), 'base base');
        assert.equal((await app.request('/plain/two', { method: 'POST', json: 1 })).status, 202);
        assert.equal(await text(app, '/plain/wrapped'), 'wrapped!');
        assert.equal(await text(app, '/plain/outer'), 'outer!');
      });

      test('override methods, which stay the routes they were', async () => {
        const app = await load('Child');
        assert.equal(await text(app, '/child/one'), 'child child,base');
        assert.equal(await text(app, '/child/three'), 'three child');
        assert.equal((await app.request('/child/one', { headers: { 'x-no': '1' } })).status, 403);
      });

      test('say anew what they like, and keep the guards and middleware of their parent', async () => {
        const app = await load('Refined');
        assert.deepEqual(paths(app), [
          'GET /refined/uno',
          'POST /refined/two',
          'GET /refined/wrapped',
          'GET /refined/outer',
        ]);
        assert.equal(await text(app, '/refined/uno'), 'refined base,refined');
        assert.equal((await app.request('/refined/uno', { headers: { 'x-no': '1' } })).status, 403);
        const two = await app.request('/refined/two', { method: 'POST', json: 1 });
        assert.equal(two.status, 202);
        assert.equal(two.headers.get('x-more'), '1');
        assert.deepEqual(await two.json(), { more: 1 });
      });

      test('have the prefix of their parent without one of their own', async () => {
        const app = await load('Grandchild');
        assert.equal(await text(app, '/child/four'), 'four');
        assert.equal(await text(app, '/child/three'), 'three child');
      });

      test('are replaced by other decorators of classes', async () => {
        assert.equal(await text(await load('Replaced'), '/replaced'), 'replaced');
        assert.equal(await text(await load('Inner'), '/inner'), 'inner');
      });

      test('have methods named by symbols, several prefixes and paths, parameters in prefixes', async () => {
        assert.equal(await text(await load('Named'), '/symbol'), 'symbol');
        const several = await load('Several');
        assert.deepEqual(paths(several), ['GET /a/x', 'GET /a/y', 'GET /b/x', 'GET /b/y']);
        assert.equal(await text(several, '/b/y'), '/b/y');
        assert.equal(await text(await load('Posts'), '/users/ann/7'), 'ann7');
      });
    });
  }
}
