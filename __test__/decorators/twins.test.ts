// Controllers without decorators, and middleware that does what decorators do.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  catchError,
  Container,
  controller,
  createApp,
  createToken,
  defineModule,
  ForbiddenError,
  guard,
  header,
  inject,
  injectable,
  NotFoundError,
  provide,
  redirect,
  Scope,
  status,
  toBoolean,
  toInt,
  toList,
  toNumber,
  toOneOf,
  toUuid,
  withDefault,
} from '../../js/index.ts';

import type { CanActivate, Context, GuardFunction } from '../../js/index.ts';

class Repo {
  readonly books: readonly string[] = ['Emma', 'Ulysses'];
}

const Limit = createToken<number>('limit');

describe('controller()', () => {
  test('declares routes below its prefix, with what the container makes', async () => {
    const books = controller('/books', { repo: Repo }, (r, { repo }) => {
      r.get('/', () => repo.books);
      r.get('/:at(int)', (ctx) => repo.books[ctx.params.at]);
    });
    const app = createApp().register(books);
    assert.deepEqual(await (await app.request('/books')).json(), ['Emma', 'Ulysses']);
    assert.equal(await (await app.request('/books/1')).text(), 'Ulysses');
    assert.deepEqual(
      app.routes().map(({ path }) => path),
      ['/books', '/books/:at(int)'],
    );
  });

  test('is declared at once without dependencies', () => {
    const app = createApp().register(controller('/x', (r) => void r.get('/', () => 'x')));
    assert.equal(app.routes()[0]?.path, '/x');
  });

  test('stands behind the middleware that was there when it was registered', async () => {
    const app = createApp();
    app.register(controller('/x', { repo: Repo }, (r) => void r.get('/', ({ state }) => ({ ...state }))));
    app.use((ctx) => void (ctx.state['late'] = true));
    assert.deepEqual(await (await app.request('/x')).json(), {});
  });

  test('takes optional and several dependencies, async ones, and a container of its own', async () => {
    const container = new Container();
    container.register(Limit, { useFactory: async () => 7 });
    container.register('part', { useValue: 'a', multi: true }).register('part', { useValue: 'b', multi: true });
    const dependencies = { limit: Limit, none: { optional: 'nobody' }, parts: { all: 'part' } } as const;
    const one = controller('/x', dependencies, (r, { limit, none, parts }) => {
      r.get('/', () => ({ limit: limit + 1, none: none ?? null, parts }));
    });
    const app = createApp().register(one, { container });
    assert.deepEqual(await (await app.request('/x')).json(), { limit: 8, none: null, parts: ['a', 'b'] });
  });

  test('gives what belongs to a request', async () => {
    const disposed: number[] = [];
    class Visit {
      static made = 0;
      readonly number = (Visit.made += 1);
      [Symbol.dispose](): void {
        disposed.push(this.number);
      }
    }
    injectable(Visit, { scope: Scope.REQUEST });
    const visits = controller('/visits', {}, (r, _, forRequest) => {
      r.get('/', (ctx) => ({
        number: forRequest(ctx, Visit).number,
        same: forRequest(ctx, Visit) === forRequest(ctx, Visit),
      }));
    });
    const app = createApp().register(visits);
    assert.deepEqual(await (await app.request('/visits')).json(), { number: 1, same: true });
    assert.deepEqual(await (await app.request('/visits')).json(), { number: 2, same: true });
    await new Promise(setImmediate);
    assert.deepEqual(disposed, [1, 2]);
  });

  test('rejects the start of an application when something is missing', async () => {
    const app = createApp().register(controller('/x', { limit: Limit }, (r) => void r.get('/', () => 'x')));
    await assert.rejects(app.ready(), { code: 'ERR_NEXURE_DI_MISSING', message: /limit/ });
  });

  test('sees what its module sees, and nothing that others keep to themselves', async () => {
    class Kept {
      readonly kept = true;
    }
    const other = defineModule({ name: 'other', providers: [Kept, provide(Limit, () => 3)], exports: [Limit] });
    const limits = controller('/limit', { limit: Limit }, (r, { limit }) => void r.get('/', () => ({ limit })));
    const app = createApp().register(defineModule({ name: 'books', imports: [other], controllers: [limits] }));
    assert.deepEqual(await (await app.request('/limit')).json(), { limit: 3 });

    const wrong = controller('/kept', { kept: Kept }, (r) => void r.get('/', () => 'x'));
    const broken = createApp().register(defineModule({ name: 'books', imports: [other], controllers: [wrong] }));
    await assert.rejects(broken.ready(), /Kept/);
    // Nor does an application make a second one of it.
    const outside = createApp().register(other).register(wrong);
    await assert.rejects(outside.ready(), /Kept/);
  });

  test('refuses what it cannot use', async () => {
    const make = controller as (...given: readonly unknown[]) => never;
    for (const given of [[1, () => 0], ['/x'], ['/x', {}, 1], ['/x', [], () => 0], ['/x', null, () => 0]]) {
      assert.throws(() => make(...given), { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
    assert.throws(() => createApp().register(make('/x', async () => undefined)), {
      code: 'ERR_NEXURE_CONTROLLER_INVALID',
    });
    assert.throws(() => createApp().register(Repo), { message: 'Repo is no controller: it has no @Controller' });
    const options: unknown = { containers: 1 };
    assert.throws(
      () =>
        createApp().register(
          controller('/x', () => undefined),
          options as object,
        ),
      /option register.containers is unknown/,
    );
  });
});

describe('guard()', () => {
  const ask = async (...guards: readonly (CanActivate | GuardFunction)[]): Promise<number> => {
    const app = createApp({ logger: false }).get('/', guard(...guards), () => 'in');
    return (await app.request('/')).status;
  };
  const later = (value: unknown) => async (): Promise<boolean> => value as boolean;

  const VERDICTS: readonly (readonly [
    claim: string,
    guards: readonly (CanActivate | GuardFunction)[],
    status: number,
  ])[] = [
    ['lets pass what is true', [() => true], 200],
    ['refuses what is false', [() => false], 403],
    ['refuses what is undefined', [() => undefined as never], 403],
    ['refuses what is true only to JavaScript', [() => 'yes' as never], 403],
    ['waits for what is true', [later(true)], 200],
    ['waits for what is false', [later(false)], 403],
    ['asks all guards', [later(true), () => true, later(true), () => false], 403],
    [
      'passes on what is thrown',
      [
        () => {
          throw new NotFoundError('hidden');
        },
      ],
      404,
    ],
    [
      'passes on what is rejected',
      [
        async () => {
          throw new ForbiddenError();
        },
      ],
      403,
    ],
    ['takes objects', [{ canActivate: () => true }], 200],
  ];
  for (const [claim, guards, expected] of VERDICTS) {
    test(claim, async () => assert.equal(await ask(...guards), expected));
  }

  test('asks no guard behind one that refuses', async () => {
    let asked = 0;
    await ask(
      () => false,
      () => ((asked += 1), true),
    );
    await ask(later(false), () => ((asked += 1), true));
    assert.equal(asked, 0);
  });

  test('refuses what is no guard', () => {
    assert.throws(() => guard(), { code: 'ERR_NEXURE_OPTION_INVALID' });
    assert.throws(() => guard({} as never), { code: 'ERR_NEXURE_OPTION_INVALID' });
  });
});

describe('status(), header(), redirect(), catchError()', () => {
  test('a status is that of answers which say none', async () => {
    const app = createApp();
    app.get('/none', status(201), () => ({}));
    app.get('/empty', status(202), () => undefined);
    app.get('/own', status(201), ({ response }) => response.status(203).text('x'));
    app.get('/web', status(201), () => new Response('x', { status: 206 }));
    app.get('/thrown', status(201), () => {
      throw new NotFoundError();
    });
    for (const [path, expected] of Object.entries({ none: 201, empty: 202, own: 203, web: 206, thrown: 404 })) {
      assert.equal((await app.request(`/${path}`)).status, expected, path);
    }
    assert.throws(() => status(600), /option status must be an integer from 200 to 599/);
  });

  test('a header field is on the answer, and a handler may set it anew', async () => {
    const app = createApp();
    app.get('/', header('x-one', '1'), header('x-two', '2'), ({ response }) => response.set('x-two', '3').send('x'));
    const { headers } = await app.request('/');
    assert.deepEqual([headers.get('x-one'), headers.get('x-two')], ['1', '3']);
    assert.throws(() => header('x', 'a\nb'), { code: 'ERR_NEXURE_HEADER_VALUE' });
  });

  test('a redirect is a handler', async () => {
    const app = createApp().get('/', redirect('/other', 308));
    const response = await app.request('/');
    assert.deepEqual([response.status, response.headers.get('location')], [308, '/other']);
    assert.throws(() => redirect(''), { code: 'ERR_NEXURE_OPTION_INVALID' });
  });

  test('errors are caught by class, by all, and only by whom answers', async () => {
    const app = createApp({ logger: false });
    const fail = (error: unknown) => (): never => {
      throw error;
    };
    const failLater = (error: unknown) => async (): Promise<never> => {
      throw error;
    };
    const caught = catchError(RangeError, TypeError, (error: Error) => ({ caught: error.message }));
    app.get('/range', caught, fail(new RangeError('far')));
    app.get('/type', caught, failLater(new TypeError('wrong')));
    app.get('/other', caught, fail(new NotFoundError()));
    app.get(
      '/none',
      catchError(() => undefined),
      fail(new NotFoundError()),
    );
    app.get(
      '/async',
      catchError(async () => 'async'),
      failLater(new Error('x')),
    );
    app.get(
      '/response',
      catchError((_, ctx: Context) => void ctx.response.status(418).text('tea')),
      ({ response }) => {
        response.set('x-prepared', '1');
        throw new Error('x');
      },
    );
    assert.deepEqual(await (await app.request('/range')).json(), { caught: 'far' });
    assert.deepEqual(await (await app.request('/type')).json(), { caught: 'wrong' });
    assert.equal((await app.request('/other')).status, 404);
    assert.equal((await app.request('/none')).status, 404);
    assert.equal(await (await app.request('/async')).text(), 'async');
    const response = await app.request('/response');
    assert.deepEqual([response.status, response.headers.get('x-prepared')], [418, null]);
  });
});

describe('pipes', () => {
  const FITS: readonly (readonly [pipe: (value: unknown) => unknown, value: unknown, expected: unknown])[] = [
    [toInt, '-12', -12],
    [toInt, 7, 7],
    [toNumber, '1.5e3', 1500],
    [toNumber, '.5', 0.5],
    [toBoolean, 'true', true],
    [toBoolean, '0', false],
    [toUuid, '6BA7B810-9DAD-11D1-80B4-00C04FD430C8', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    [toOneOf('a', 'b'), 'b', 'b'],
    [toList(), 'a,b', ['a', 'b']],
    [toList(toInt), ['1', '2,3'], [1, 2, 3]],
    [toList(), undefined, []],
    [withDefault(5, toInt), undefined, 5],
    [withDefault(5, toInt), '6', 6],
    [withDefault('x'), 'y', 'y'],
  ];
  for (const [pipe, value, expected] of FITS) {
    test(`${pipe.name || 'pipe'}: ${JSON.stringify(value)}`, () => assert.deepEqual(pipe(value), expected));
  }

  const UNFIT: readonly (readonly [pipe: (value: unknown) => unknown, values: readonly unknown[]])[] = [
    [toInt, ['', 'x', '1.5', '1e3', '9007199254740993', undefined, null, 1.5, {}, ['1'], ' 1', '0x10']],
    [toNumber, ['', 'x', '1e999', 'Infinity', 'NaN', undefined, '1_000', ' 1', '0x10', '.']],
    [toBoolean, ['', 'yes', 'TRUE', 1, undefined]],
    [toUuid, ['', 'x', '6ba7b810-9dad-11d1-80b4-00c04fd430c', 7]],
    [toOneOf('a'), ['b', undefined, 'A']],
  ];
  for (const [pipe, values] of UNFIT) {
    for (const value of values) {
      test(`${pipe.name || 'pipe'} refuses ${JSON.stringify(value) ?? 'undefined'}`, () =>
        void assert.throws(() => pipe(value), { status: 400, code: 'ERR_NEXURE_ARGUMENT_INVALID' }));
    }
  }
});

describe('injectable()', () => {
  test('says how a class is made', async () => {
    class Service {
      readonly limit: number;
      constructor(limit: number) {
        this.limit = limit;
      }
    }
    injectable(Service, { deps: [Limit] });
    const container = new Container().register(Limit, { useValue: 4 }).register(Service);
    assert.equal(container.resolve(Service).limit, 4);
    assert.throws(() => injectable(Service, { scopes: 1 } as never), /option injectable.scopes is unknown/);
    assert.throws(() => injectable(Service, { deps: Limit as never }), /option injectable.deps must be an array/);
    assert.throws(() => injectable(1 as never, {}), /given a class/);
    class User {
      readonly service: Service = inject(Service);
    }
    assert.equal(container.register(User).resolve(User).service.limit, 4);
  });
});
