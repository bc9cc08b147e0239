// How long instances live: promises at the start, scopes of requests, disposal.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Container, createToken, inject, RequestContext, Scope } from '../../js/index.ts';
import { Gate } from '../harness/server.ts';

import type { InjectionToken } from '../../js/index.ts';

const [A, B, C, D] = ['A', 'B', 'C', 'D'].map((name) => createToken<unknown>(name)) as [
  InjectionToken<unknown>,
  InjectionToken<unknown>,
  InjectionToken<unknown>,
  InjectionToken<unknown>,
];

describe('async providers', () => {
  test('start in parallel, each behind what it needs', async () => {
    const log: string[] = [];
    const gates = { A: new Gate(), B: new Gate() };
    const container = new Container()
      .register(C, {
        useFactory: (a: unknown, b: unknown) => {
          log.push('C');
          return [a, b];
        },
        deps: [A, B] as const,
      })
      .register(A, async () => {
        log.push('A begins');
        await gates.A.promise;
        log.push('A is there');
        return 'a';
      })
      .register(B, async () => {
        log.push('B begins');
        await gates.B.promise;
        log.push('B is there');
        return 'b';
      });
    const compiled = container.compile();
    assert.deepEqual(log, ['A begins', 'B begins']);
    gates.B.open();
    await Promise.resolve();
    gates.A.open();
    await compiled;
    assert.deepEqual(log, ['A begins', 'B begins', 'B is there', 'A is there', 'C']);
    assert.deepEqual(container.resolve(C), ['a', 'b']);
  });

  test('are waited for when fields ask for them, through any chain', async () => {
    class Repository {
      readonly db = inject(A);
    }
    let runs = 0;
    const container = new Container()
      .register(B, async () => {
        runs += 1;
        const { db } = inject(Repository);
        await Promise.resolve();
        return `b of ${String(db)}`;
      })
      .register(C, () => `c of ${String(inject(B))}`)
      .register(Repository)
      .register(A, async () => 'a');
    await container.compile();
    assert.equal(container.resolve(C), 'c of b of a');
    assert.equal(runs, 2, 'what stood before the missing value ran again');
  });

  test('are an error where a value is needed at once, with the path', () => {
    const container = new Container().register(A, async () => 1).register(B, () => inject(A));
    assert.throws(() => container.resolve(B), { code: 'ERR_NEXURE_DI_ASYNC', message: /B -> A/ });
  });

  test('that fail fail the start, behind which nothing is left', async () => {
    let disposed = 0;
    const container = new Container()
      .register(A, { useFactory: () => ({}), dispose: () => (disposed += 1) })
      .register(B, { useFactory: async () => ({}), dispose: () => (disposed += 1) })
      .register(C, async () => {
        throw new Error('refused');
      });
    await assert.rejects(container.compile(), { code: 'ERR_NEXURE_DI_FACTORY', message: /C failed: refused/ });
    assert.equal(disposed, 2);
  });

  test('may be of a request', async () => {
    const container = new Container()
      .register(A, { useFactory: async () => ({ of: inject(RequestContext) }), scope: Scope.REQUEST })
      .register(B, { useFactory: () => ({ a: inject(A) }), scope: Scope.REQUEST });
    await container.compile();
    const scope = container.createScope('request');
    assert.throws(() => scope.resolve(B), { code: 'ERR_NEXURE_DI_ASYNC' });
    assert.deepEqual(await scope.resolveAsync(B), { a: { of: 'request' } });
    assert.equal(await scope.resolveAsync(A), scope.resolve(A));
  });

  test('of a request that fail are tried again by the next who asks', async () => {
    let tries = 0;
    const container = new Container().register(A, {
      useFactory: async () => {
        tries += 1;
        if (tries === 1) throw new Error('first');
        return tries;
      },
      scope: Scope.REQUEST,
    });
    const scope = container.createScope();
    await assert.rejects(scope.resolveAsync(A), /first/);
    assert.equal(await scope.resolveAsync(A), 2);
  });
});

describe('a request scope', () => {
  test('has one instance of its own of what is request-scoped, and shares singletons', async () => {
    class Single {
      readonly id = 1;
    }
    class Cart {
      static readonly scope = Scope.REQUEST;
      readonly single = inject(Single);
      readonly request = inject(RequestContext);
    }
    const container = new Container().register(Single).register(Cart);
    await container.compile();
    const [one, two] = [container.createScope(1), container.createScope(2)];
    assert.equal(one.resolve(Cart), one.resolve(Cart));
    assert.notEqual(one.resolve(Cart), two.resolve(Cart));
    assert.equal(one.resolve(Cart).single, two.resolve(Cart).single);
    assert.deepEqual([one.resolve(Cart).request, two.resolve(Cart).request], [1, 2]);
  });

  test('keeps an instance that is undefined, and forgets one that failed', () => {
    let made = 0;
    let failures = 0;
    const container = new Container()
      .register(A, {
        useFactory: () => {
          made += 1;
          return undefined;
        },
        scope: Scope.REQUEST,
      })
      .register(B, {
        useFactory: () => {
          failures += 1;
          throw new Error('no');
        },
        scope: Scope.REQUEST,
      });
    const scope = container.createScope();
    scope.resolve(A);
    scope.resolve(A);
    assert.equal(made, 1);
    assert.throws(() => scope.resolve(B), /^Error: no$/, 'errors of a request are not wrapped: they are answers');
    assert.throws(() => scope.resolve(B), /no/);
    assert.equal(failures, 2);
  });

  test('finds captive ones on first use, or in a trial', async () => {
    const build = (): Container =>
      new Container()
        .register(A, { useFactory: () => inject(B), scope: Scope.REQUEST })
        .register(B, { useFactory: () => inject(C), scope: Scope.TRANSIENT })
        .register(C, { useFactory: () => inject(D), scope: Scope.REQUEST });
    const used = build();
    await used.compile();
    assert.throws(() => used.createScope().resolve(A), { code: 'ERR_NEXURE_DI_MISSING', message: /A -> B -> C -> D/ });
    await assert.rejects(build().compile({ trial: {} }), { code: 'ERR_NEXURE_DI_MISSING', message: /-> D/ });
  });

  test('a singleton that is first made within a request does not see it', () => {
    const container = new Container()
      .register(A, { useFactory: () => inject(B), scope: Scope.REQUEST })
      .register(B, () => inject(RequestContext));
    assert.throws(() => container.createScope('x').resolve(A), {
      code: 'ERR_NEXURE_DI_CAPTIVE',
      message: /: B -> RequestContext/,
    });
  });
});

describe('disposal', () => {
  const noting = (log: string[], name: string, kind: 'async' | 'sync' | 'method' = 'sync'): object => {
    const note = (): void => void log.push(name);
    if (kind === 'async') return { [Symbol.asyncDispose]: async () => note() };
    return kind === 'sync' ? { [Symbol.dispose]: note } : { onDispose: note };
  };

  test('goes in the reverse order of creation, each once', async () => {
    const log: string[] = [];
    const shared = noting(log, 'shared');
    const container = new Container()
      .register(A, { useFactory: () => (inject(B), noting(log, 'A', 'async')) })
      .register(B, { useFactory: () => (inject(C), noting(log, 'B', 'method')) })
      .register(C, { useFactory: async () => noting(log, 'C') })
      .register('one', () => shared)
      .register('two', () => shared)
      .register('value', { useValue: noting(log, 'not ours') })
      .register('none', { useFactory: () => noting(log, 'not wanted'), dispose: false })
      .register('closed', { useFactory: () => ({ close: () => log.push('closed') }), dispose: 'close' });
    await container.compile();
    await container.dispose();
    assert.deepEqual(
      log.filter((name) => name.length === 1),
      ['A', 'B', 'C'],
    );
    assert.deepEqual(log.filter((name) => name.length > 1).sort(), ['closed', 'shared']);
    await container.dispose();
    assert.equal(log.length, 5);
  });

  test('collects what is thrown, and goes on', async () => {
    const log: string[] = [];
    const failing = (name: string) => () => {
      log.push(name);
      throw new Error(name);
    };
    const container = new Container()
      .register(A, { useFactory: () => ({}), dispose: failing('A') })
      .register(B, { useFactory: () => ({}), dispose: () => log.push('B') })
      .register(C, { useFactory: () => ({}), dispose: async () => failing('C')() });
    await container.compile();
    await assert.rejects(container.dispose(), (error: AggregateError) => {
      assert.deepEqual(
        error.errors.map((one: Error) => one.message),
        ['C', 'A'],
      );
      return true;
    });
    assert.deepEqual(log, ['C', 'B', 'A']);
  });

  test('of a scope takes what was made in it, transient ones too, and leaves singletons', async () => {
    const log: string[] = [];
    const container = new Container()
      .register(A, { useFactory: () => (inject(B), inject(C), noting(log, 'A')), scope: Scope.REQUEST })
      .register(B, { useFactory: () => noting(log, 'B'), scope: Scope.TRANSIENT })
      .register(C, { useFactory: () => noting(log, 'C') });
    await container.compile();
    const scope = container.createScope();
    scope.resolve(A);
    scope.resolve(B);
    await scope.dispose();
    assert.deepEqual(log, ['B', 'A', 'B']);
  });

  test('of what comes when the scope is over is at once', async () => {
    const log: string[] = [];
    const gate = new Gate();
    const container = new Container().register(A, {
      useFactory: async () => {
        await gate.promise;
        return noting(log, 'late');
      },
      scope: Scope.REQUEST,
    });
    const scope = container.createScope();
    const asked = scope.resolveAsync(A);
    await scope.dispose();
    gate.open();
    await asked;
    await Promise.resolve();
    assert.deepEqual(log, ['late']);
  });
});
