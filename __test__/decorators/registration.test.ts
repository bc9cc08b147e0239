// Where controllers are registered, and which instances they get there.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  Container,
  Controller,
  createApp,
  createToken,
  defineModule,
  Get,
  Guard,
  Header,
  inject,
  Injectable,
  provide,
  Redirect,
  RequestContext,
  Router,
  Scope,
  Use,
} from '../../js/index.ts';

import type { Context, Next } from '../../js/index.ts';

const Limit = createToken<number>('limit');

@Controller('/limit')
class Limits {
  static made = 0;
  readonly limit: number = inject(Limit);
  readonly number: number = (Limits.made += 1);

  @Get() get(): unknown {
    return { limit: this.limit };
  }

  @Get('/number') which(): unknown {
    return { number: this.number };
  }
}

describe('a controller', () => {
  test('is made once, when the application starts, and anew when it is started again', async () => {
    const app = createApp();
    app.container.register(Limit, { useFactory: async () => 3 });
    app.register(Limits);
    Limits.made = 0;
    await app.ready();
    assert.equal(Limits.made, 1);
    for (const target of ['/limit', '/limit']) assert.deepEqual(await (await app.request(target)).json(), { limit: 3 });
    assert.equal(Limits.made, 1);
    await app.stop();
    assert.deepEqual(await (await app.request('/limit/number')).json(), { number: 2 });
  });

  test('has the start rejected by what nobody provides, also with a container of its own', async () => {
    const error = { code: 'ERR_NEXURE_DI_MISSING', message: /Limits -> limit/ };
    await assert.rejects(createApp().register(Limits).ready(), error);
    await assert.rejects(createApp().register(Limits, { container: new Container() }).ready(), error);
    await assert.rejects(
      createApp()
        .register(defineModule({ name: 'm', controllers: [Limits] }))
        .ready(),
      error,
    );
  });

  test('gets what its container, its module or its router has', async () => {
    const own = new Container().register(Limit, { useValue: 1 });
    const one = createApp().register(Limits, { container: own });
    assert.deepEqual(await (await one.request('/limit')).json(), { limit: 1 });
    const module = defineModule({ name: 'm', controllers: [Limits], providers: [provide(Limit, () => 2)] });
    assert.deepEqual(await (await createApp().register(module).request('/limit')).json(), { limit: 2 });
    const router = new Router().register(Limits, { container: own });
    const app = createApp().mount('/api', router);
    assert.deepEqual(await (await app.request('/api/limit')).json(), { limit: 1 });
  });

  test('is registered once', () => {
    const app = createApp().register(Limits);
    assert.throws(() => app.register(Limits), { code: 'ERR_NEXURE_ROUTE_CONFLICT', message: /^Limits\.get: / });
    assert.throws(
      () => app.register(Limits, { container: {} as Container }),
      /option register.container must be a Con/,
    );
  });

  test('stands behind the prefix and the middleware of a group', async () => {
    const app = createApp();
    app.container.register(Limit, { useValue: 5 });
    app.group('/v1', [({ request }) => (request.has('x-no') ? 'no' : undefined)], (group) => {
      group.register(Limits);
    });
    assert.deepEqual(await (await app.request('/v1/limit')).json(), { limit: 5 });
    assert.equal(await (await app.request('/v1/limit', { headers: { 'x-no': '1' } })).text(), 'no');
  });
});

describe('what belongs to a request', () => {
  const ended: string[] = [];

  @Injectable({ scope: Scope.REQUEST })
  class Unit {
    static made = 0;
    readonly name: string = `unit ${(Unit.made += 1)}`;
    readonly path: string = (inject(RequestContext) as Context).request.path;
    [Symbol.dispose](): void {
      ended.push(this.name);
    }
  }

  @Injectable({ scope: Scope.REQUEST })
  class Admits {
    readonly unit: Unit = inject(Unit);
    async canActivate(): Promise<boolean> {
      return this.unit.path.startsWith('/units');
    }
  }

  class Marks {
    readonly made: string = 'once';
    use(ctx: Context, next: Next): unknown {
      ctx.state['mark'] = this.made;
      return next();
    }
  }

  @Controller('/units', { scope: Scope.REQUEST })
  @Guard(Admits)
  @Use(Marks)
  class Units {
    readonly unit: Unit = inject(Unit);

    @Get() one({ state }: Context): unknown {
      return { unit: this.unit.name, mark: state['mark'] };
    }

    @Get('/stream') *stream(): Generator<string> {
      yield this.unit.name;
      yield ended.includes(this.unit.name) ? ' ended' : ' lives';
    }
  }

  test('is shared by guards, middleware and controller, and disposed of behind the answer', async () => {
    const app = createApp().register(Units);
    await app.ready();
    assert.equal(Unit.made, 0);
    assert.deepEqual(await (await app.request('/units')).json(), { unit: 'unit 1', mark: 'once' });
    assert.equal(await (await app.request('/units/stream')).text(), 'unit 2 lives');
    await new Promise(setImmediate);
    assert.deepEqual(ended, ['unit 1', 'unit 2']);
  });
});

test('a redirect is overruled by what the method returns, and by nothing else', async () => {
  @Controller('/moved')
  class Moved {
    @Get('/a') @Redirect('/there', 301) @Header('x-one', '1') a(): undefined {
      return undefined;
    }
    @Get('/b') @Redirect('/there') async b(): Promise<unknown> {
      return { location: '/elsewhere', status: 307 };
    }
    @Get('/c') @Redirect('/there') c(): unknown {
      return { location: 1, status: 'sold' };
    }
    @Get('/d') @Redirect('/there') d(): null {
      return null;
    }
  }
  const app = createApp().register(Moved);
  const told = async (path: string): Promise<unknown> => {
    const { status, headers } = await app.request(`/moved/${path}`);
    return [status, headers.get('location')];
  };
  assert.deepEqual(await told('a'), [301, '/there']);
  assert.deepEqual(await told('b'), [307, '/elsewhere']);
  assert.deepEqual(await told('c'), [302, '/there']);
  assert.deepEqual(await told('d'), [302, '/there']);
});
