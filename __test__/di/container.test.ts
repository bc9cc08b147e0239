// The container: what it gives, and what it refuses with the path to it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Container, createToken, inject, provide, RequestContext, Scope } from '../../js/index.ts';
import { INJECTABLE } from '../../js/di/metadata.ts';

import type { NexureError } from '../../js/index.ts';

class Clock {
  now(): number {
    return 42;
  }
}
class Store {
  readonly clock = inject(Clock);
}
class Service {
  static readonly deps = [Store, { optional: 'nobody' }] as const;
  readonly store: Store;
  readonly nobody: unknown;
  constructor(store: Store, nobody: unknown) {
    this.store = store;
    this.nobody = nobody;
  }
}
const NUMBER = createToken<number>('number');

const fails = (code: string, message: RegExp) => (error: unknown) => {
  assert.equal((error as NexureError).code, code);
  assert.match((error as NexureError).message, message);
  return true;
};

describe('a container', () => {
  test('makes classes of what fields inject and of what static deps list', async () => {
    const container = new Container().register(Service).register(Store).register(Clock);
    await container.compile();
    const service = container.resolve(Service);
    assert.equal(service.store.clock.now(), 42);
    assert.equal(service.nobody, undefined);
    assert.equal(container.resolve(Store), service.store, 'a singleton is one');
  });

  test('makes a transient anew for each that asks', () => {
    const container = new Container().register(Clock, { useClass: Clock, scope: Scope.TRANSIENT }).register(Store);
    const other = createToken<Clock>('other');
    container.register(other, { useExisting: Clock });
    assert.notEqual(container.resolve(Clock), container.resolve(Clock));
    assert.notEqual(container.resolve(Store).clock, container.resolve(other));
  });

  const FORMS: Record<string, (container: Container) => Container> = {
    'a value': (container) => container.register(NUMBER, { useValue: 7 }),
    'a factory': (container) => container.register(NUMBER, () => 7),
    'a factory object': (container) => container.register(NUMBER, { useFactory: () => 7 }),
    'a factory with deps': (container) =>
      container
        .register(Clock)
        .register(NUMBER, { useFactory: (clock: Clock) => clock.now() - 35, deps: [Clock] as const }),
    'an alias': (container) => container.register('seven', { useValue: 7 }).register(NUMBER, { useExisting: 'seven' }),
    'what provide() makes': (container) => container.register(provide(NUMBER, { useValue: 7 })),
    'a factory that injects': (container) => container.register(Clock).register(NUMBER, () => inject(Clock).now() - 35),
    'an override': (container) => container.register(NUMBER, { useValue: 1 }).override(NUMBER, 7),
    'a factory of the configuration': () =>
      new Container({ config: { seven: 7 } }).register(NUMBER, (config: { seven: number }) => config.seven),
    'an async factory': (container) => container.register(NUMBER, async () => 7),
  };
  for (const [name, build] of Object.entries(FORMS)) {
    test(`gives ${name}`, async () => {
      const container = build(new Container());
      await container.compile();
      assert.equal(container.resolve(NUMBER), 7);
      assert.equal(await container.resolveAsync(NUMBER), 7);
    });
  }

  test('gives everything that was provided with multi, in its order, through parents too', () => {
    const parent = new Container().register(NUMBER, { useValue: 1, multi: true });
    const child = parent.createChild().register(NUMBER, { useValue: 2, multi: true });
    child.register(NUMBER, { useFactory: () => 3, multi: true });
    assert.deepEqual(child.resolveAll(NUMBER), [1, 2, 3]);
    assert.deepEqual(
      child.run(() => inject.all(NUMBER)),
      [1, 2, 3],
    );
    assert.deepEqual(
      child.run(() => inject.all(Clock)),
      [],
    );
    child.register('sum', { useFactory: (all: number[]) => all.length, deps: [{ all: NUMBER }] as const });
    assert.equal(child.resolve('sum'), 3);
    assert.throws(() => child.resolve(NUMBER), fails('ERR_NEXURE_DI_DUPLICATE', /2 providers.*inject\.all/));
  });

  test('lets a parent hear nothing of a subclass, and a subclass inherit what it does not say', () => {
    class Base {
      static readonly deps: readonly unknown[] = [Clock];
      readonly clock: Clock;
      constructor(clock: Clock) {
        this.clock = clock;
      }
    }
    class Derived extends Base {
      static readonly scope = Scope.TRANSIENT;
    }
    const container = new Container().register(Clock).register(Base).register(Derived);
    assert.equal(container.resolve(Derived).clock, container.resolve(Clock));
    assert.notEqual(container.resolve(Derived), container.resolve(Derived));
    assert.equal(container.resolve(Base), container.resolve(Base));
  });

  test('reads what decorators write', () => {
    class Written {
      static readonly [INJECTABLE] = { scope: Scope.TRANSIENT, deps: [Clock] };
      readonly clock: Clock;
      constructor(clock: Clock) {
        this.clock = clock;
      }
    }
    const container = new Container().register(Clock).register(Written);
    assert.ok(container.resolve(Written).clock instanceof Clock);
    assert.notEqual(container.resolve(Written), container.resolve(Written));
  });

  test('forks: the same providers with nothing made, and overrides of its own', () => {
    const container = new Container().register(Store).register(Clock);
    const before = container.resolve(Store);
    const fake = { now: () => 0 };
    const fork = container.fork().override(Clock, fake);
    assert.equal(fork.resolve(Store).clock, fake);
    assert.equal(container.resolve(Store), before);
    assert.notEqual(before.clock, fake);
    assert.ok(container.resolve(Clock) instanceof Clock);
  });

  test('tells of its providers and instances', async () => {
    const container = new Container({ name: 'told' }).register(Service).register(Store).register(Clock);
    await container.compile();
    const store = container.getAllProviders().find(({ token }) => token === Store);
    assert.deepEqual(store, {
      token: Store,
      name: 'Store',
      container: 'told',
      scope: 'singleton',
      multi: false,
      kind: 'class',
      needs: ['Clock'],
    });
    assert.deepEqual([...container.getAllInstances().keys()], [Service, Store, Clock]);
  });
});

describe('a container refuses', () => {
  class NeedsA {
    static readonly deps: unknown[] = [];
    readonly a: unknown;
    constructor(a: unknown) {
      this.a = a;
    }
  }
  class Silent {
    readonly a: unknown;
    constructor(a: unknown) {
      this.a = a;
    }
  }
  class Needy extends NeedsA {
    readonly x: unknown;
    constructor(x: unknown) {
      super(1);
      this.x = x;
    }
  }
  const [A, B, C] = ['A', 'B', 'C'].map((name) => createToken<unknown>(name)) as [
    ReturnType<typeof createToken>,
    ReturnType<typeof createToken>,
    ReturnType<typeof createToken>,
  ];
  const make = (...needed: unknown[]): { useFactory: () => unknown; deps: never[] } => ({
    useFactory: () => ({}),
    deps: needed as never[],
  });
  const injecting = (...needed: (typeof A)[]) => ({ useFactory: () => needed.map((token) => inject(token)) });

  const CASES: Record<string, [build: () => Container, code: string, message: RegExp]> = {
    'what nobody provides, with the path and the nearest name': [
      () => new Container({ name: 'app' }).register(A, make(B)).register(B, make('clok')).register('clock', make()),
      'ERR_NEXURE_DI_MISSING',
      /A -> B -> 'clok' in app; did you mean 'clock'\?/,
    ],
    'the same when fields ask for it': [
      () => new Container().register(A, injecting(B)).register(B, injecting(C)),
      'ERR_NEXURE_DI_MISSING',
      /A -> B -> C/,
    ],
    'another token of the same name, and says so': [
      () => new Container().register(A, make(B)).register(createToken('B'), { useValue: 1 }),
      'ERR_NEXURE_DI_MISSING',
      /two copies/,
    ],
    'a cycle of deps': [
      () => new Container().register(C, make(A)).register(A, make(B)).register(B, make(A)),
      'ERR_NEXURE_DI_CYCLE',
      /: A -> B -> A$/,
    ],
    'a cycle of fields': [
      () => new Container().register(C, injecting(A)).register(A, injecting(B)).register(B, injecting(A)),
      'ERR_NEXURE_DI_CYCLE',
      /: A -> B -> A$/,
    ],
    'a cycle of transient ones': [
      () =>
        new Container()
          .register(C, injecting(A))
          .register(A, { ...injecting(B), scope: Scope.TRANSIENT })
          .register(B, { ...injecting(A), scope: Scope.TRANSIENT }),
      'ERR_NEXURE_DI_CYCLE',
      /: A -> B -> A$/,
    ],
    'a cycle of promises': [
      () =>
        new Container()
          .register(A, async () => [inject(B)])
          .register(B, async () => {
            const a = inject(A);
            return [a];
          }),
      'ERR_NEXURE_DI_CYCLE',
      /: A -> B -> A$/,
    ],
    'an alias of itself': [
      () => new Container().register(A, { useExisting: B }).register(B, { useExisting: A }),
      'ERR_NEXURE_DI_CYCLE',
      /: A -> B -> A$/,
    ],
    'a singleton that declares something request-scoped': [
      () => new Container().register(A, make(B)).register(B, { ...make(), scope: Scope.REQUEST }),
      'ERR_NEXURE_DI_CAPTIVE',
      /A lives as long as the application.*: A -> B\./,
    ],
    'the same by way of a transient one': [
      () =>
        new Container()
          .register(A, make(B))
          .register(B, { ...make(C), scope: Scope.TRANSIENT })
          .register(C, { ...make(), scope: Scope.REQUEST }),
      'ERR_NEXURE_DI_CAPTIVE',
      /A -> B -> C/,
    ],
    'the same when its fields ask for one': [
      () =>
        new Container()
          .register(A, injecting(B))
          .register(B, { ...injecting(C), scope: Scope.TRANSIENT })
          .register(C, { ...make(), scope: Scope.REQUEST }),
      'ERR_NEXURE_DI_CAPTIVE',
      /A -> B -> C/,
    ],
    'the context of a request in a singleton': [
      () => new Container().register(A, () => inject(RequestContext)),
      'ERR_NEXURE_DI_CAPTIVE',
      /A -> RequestContext/,
    ],
    'an async transient one where its value is needed': [
      () => new Container().register(A, make(B)).register(B, { useFactory: async () => 1, scope: Scope.TRANSIENT }),
      'ERR_NEXURE_DI_ASYNC',
      /A -> B; a transient provider/,
    ],
    'a factory that throws': [
      () =>
        new Container().register(A, () => {
          throw new Error('no network');
        }),
      'ERR_NEXURE_DI_FACTORY',
      /provider of A failed: no network/,
    ],
    'a promise that is rejected, by the name of its provider': [
      () => new Container().register(A, make(B)).register(B, () => Promise.reject(new Error('no network'))),
      'ERR_NEXURE_DI_FACTORY',
      /provider of B failed: no network/,
    ],
  };
  for (const [name, [build, code, message]] of Object.entries(CASES)) {
    test(name, async () => {
      await assert.rejects(build().compile(), fails(code, message));
    });
  }

  const MALFORMED: Record<string, [token: unknown, recipe: unknown, message: RegExp]> = {
    'a token that is none': [1, { useValue: 1 }, /a token is a class/],
    'a token without a provider': [A, undefined, /A is no class/],
    'an empty provider': [A, {}, /needs one of useClass/],
    'two ways at once': [A, { useValue: 1, useFactory: () => 1 }, /useValue and useFactory/],
    'a misspelt option': [A, { useValue: 1, scop: 'request' }, /unknown option scop/],
    'a scope that is none': [A, { useFactory: () => 1, scope: 'session' }, /singleton, transient, request/],
    'deps that are no tokens': [
      A,
      { useFactory: () => 1, deps: [undefined] },
      /deps\[0\] of A is undefined.*import each other/,
    ],
    'a class whose constructor takes what nobody says': [Silent, undefined, /Silent takes 1 parameter, and nothing/],
    'a subclass whose constructor takes more than the deps of its parent': [
      Needy,
      undefined,
      /Needy takes 1 .* name 0/,
    ],
  };
  for (const [name, [token, recipe, message]] of Object.entries(MALFORMED)) {
    test(name, () => {
      assert.throws(
        () => (new Container().register as (token: unknown, recipe: unknown) => unknown)(token, recipe),
        fails('ERR_NEXURE_DI_PROVIDER', message),
      );
    });
  }

  test('a second provider, late ones, inject() outside and request-scoped things without a request', async () => {
    const container = new Container().register(A, { useValue: 1 }).register(B, { ...make(), scope: Scope.REQUEST });
    assert.throws(
      () => container.register(A, { useValue: 2 }),
      fails('ERR_NEXURE_DI_DUPLICATE', /provider of A already/),
    );
    await container.compile();
    assert.throws(() => container.register(C, { useValue: 2 }), fails('ERR_NEXURE_DI_LATE', /provider of C/));
    assert.throws(() => container.override(A, 2), fails('ERR_NEXURE_DI_LATE', /override of A/));
    assert.throws(() => inject(A), fails('ERR_NEXURE_DI_CONTEXT', /inject\(A\)/));
    assert.throws(() => container.resolve(B), fails('ERR_NEXURE_DI_SCOPE', /B is request-scoped/));
  });

  test('inject() behind the first await of a factory', async () => {
    const container = new Container().register(B, { useValue: 1 }).register(A, async () => {
      await Promise.resolve();
      return inject(B);
    });
    await assert.rejects(container.compile(), fails('ERR_NEXURE_DI_CONTEXT', /before the first await/));
  });
});
