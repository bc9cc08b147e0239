// Modules: what they see of each other, when they take part, how they start and stop, and lazy ones.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  containerFor,
  createApp,
  createToken,
  defineModule,
  handlerOf,
  inject,
  provide,
  RequestContext,
  Scope,
} from '../../js/index.ts';
import { Gate } from '../harness/server.ts';

import type { AnyRoutes, Context, Import, Module, ModuleOptions, Nexure } from '../../js/index.ts';

const CACHE = createToken<{ readonly url: string }>('Cache');
const HIDDEN = createToken<number>('Hidden');

interface Settings {
  readonly redis: { readonly url?: string };
}

const started = async (...modules: readonly Module[]): Promise<Nexure> => {
  const app = createApp({ logger: false });
  for (const module of modules) app.register(module);
  await app.ready();
  return app;
};

const cacheModule = (): Module =>
  defineModule<Settings>({
    name: 'cache',
    enabled: (config) => config.redis.url !== undefined,
    providers: [
      provide(CACHE, async (config: Settings) => ({ url: config.redis.url ?? '' })),
      provide(HIDDEN, () => 1),
    ],
    exports: [CACHE],
  });

describe('a module', () => {
  test('sees what its imports export, and is given its configuration', async () => {
    const user = createToken<string>('user');
    const app = defineModule<Settings>({
      name: 'user',
      config: { redis: { url: 'redis://x' } },
      imports: [cacheModule()],
      providers: [provide(user, () => inject(CACHE).url)],
      setup: (routes, module) => {
        routes.get('/', async () => `${module.name} ${await module.getAsync(user)}`);
      },
    });
    const answer = await (await started(app)).request('/');
    assert.equal(await answer.text(), 'user redis://x');
  });

  test('does not see what is not exported, and is told by whom', async () => {
    const app = defineModule<Settings>({
      name: 'orders',
      config: { redis: { url: 'x' } },
      imports: [cacheModule()],
      providers: [provide('order', { useFactory: (hidden: number) => hidden, deps: [HIDDEN] as const })],
    });
    await assert.rejects(started(app), {
      code: 'ERR_NEXURE_MODULE_NOT_EXPORTED',
      message: /'order' -> Hidden \(not exported\): module cache provides Hidden/,
    });
  });

  test('passes on the exports of a module that it exports', async () => {
    const cache = cacheModule();
    const middle = defineModule<Settings>({ name: 'middle', imports: [cache], exports: [cache] });
    const seen: string[] = [];
    const top = defineModule<Settings>({
      name: 'top',
      config: { redis: { url: 'passed on' } },
      imports: [middle],
      onStart: ({ get }) => void seen.push(get(CACHE).url),
    });
    await started(top);
    assert.deepEqual(seen, ['passed on']);
  });

  test('that is disabled stays in the graph with its reason', async () => {
    const seen: unknown[] = [];
    const top = defineModule<Settings>({
      name: 'top',
      config: { redis: {} },
      imports: [{ optional: cacheModule() }],
      providers: [provide('seen', () => seen.push(inject.optional(CACHE)))],
    });
    const app = await started(top);
    assert.deepEqual(seen, [undefined]);
    const info = app.modules().map(({ name, state, reason }) => `${name}: ${state} (${reason ?? ''})`);
    assert.deepEqual(info, ['cache: disabled (redis.url unset)', 'top: started ()']);
  });

  const REASONS: Record<string, [enabled: ModuleOptions<unknown>['enabled'], reason: string | undefined]> = {
    'a text': [() => 'no licence', 'no licence'],
    false: [false, 'enabled is false'],
    true: [() => true, undefined],
    'a property': [(config) => (config as { mode: string }).mode === 'on', "mode is 'off'"],
    'nothing that was read': [() => false, 'enabled() returned false'],
  };
  for (const [name, [enabled, reason]] of Object.entries(REASONS)) {
    test(`is disabled for a reason: ${name}`, async () => {
      const config = Object.freeze({ mode: 'off' });
      const app = await started(defineModule({ name: 'm', config, ...(enabled === undefined ? {} : { enabled }) }));
      assert.equal(app.modules()[0]?.reason, reason);
    });
  }

  test('that is needed and disabled is an error, and so is what it would provide', async () => {
    const needing = (imports: readonly Import[]): Module =>
      defineModule({ name: 'top', config: { redis: {} }, imports, providers: [provide('x', () => inject(CACHE))] });
    assert.throws(() => createApp().register(needing([cacheModule()])), {
      code: 'ERR_NEXURE_MODULE_DISABLED',
      message: /top -> cache: cache is needed and disabled \(redis\.url unset\)/,
    });
    await assert.rejects(started(needing([{ optional: cacheModule() }])), {
      code: 'ERR_NEXURE_DI_MISSING',
      message: /module cache provides it and is disabled \(redis\.url unset\)/,
    });
  });

  test('keeps its middleware to itself, and stands behind what was declared before it', async () => {
    const app = createApp();
    const log: string[] = [];
    const note = (name: string) => (): void => void log.push(name);
    app.use(note('before'));
    const module = defineModule({
      name: 'm',
      setup: async (routes) => {
        await Promise.resolve();
        routes.use(note('own'));
        routes.get('/m', () => 'm');
      },
    });
    app.register(module);
    app.use(note('after'));
    app.get('/', () => 'root');
    await app.request('/m');
    assert.deepEqual(log, ['before', 'own']);
    log.length = 0;
    await app.request('/');
    assert.deepEqual(log, ['before', 'after']);
  });

  test('can be made of options', async () => {
    const named = defineModule((options: { readonly name: string }) => ({
      name: options.name,
      controllers: [(routes: AnyRoutes) => void routes.get(`/${options.name}`, () => options.name)],
    }));
    const app = createApp();
    app.register(named, { name: 'one' });
    app.register(named({ name: 'two' }));
    assert.equal(await (await app.request('/one')).text(), 'one');
    assert.equal(await (await app.request('/two')).text(), 'two');
  });

  class Plain {
    readonly id = 1;
  }
  const later: Record<string, Module> = {};
  const REFUSED: Record<string, [build: () => unknown, code: string, message: RegExp]> = {
    'a name that two have': [
      () =>
        createApp()
          .register(defineModule({ name: 'a' }))
          .register(defineModule({ name: 'a' })),
      'ERR_NEXURE_MODULE_DUPLICATE',
      /two modules with the name a/,
    ],
    'a cycle': [
      () => {
        const a: Module = defineModule({ name: 'a', imports: () => [later['b'] as Module] });
        later['b'] = defineModule({ name: 'b', imports: [a] });
        createApp().register(a);
      },
      'ERR_NEXURE_MODULE_CYCLE',
      /^a -> b -> a$/,
    ],
    'an import that is not there': [
      () => createApp().register(defineModule({ name: 'a', imports: [undefined as unknown as Module] })),
      'ERR_NEXURE_MODULE_IMPORT',
      /imports\[0\] of module a is no module but undefined: do two files import each other/,
    ],
    'an export that it does not have': [
      () => createApp().register(defineModule({ name: 'a', exports: [CACHE] })),
      'ERR_NEXURE_MODULE_IMPORT',
      /module a exports Cache, and neither/,
    ],
    'a misspelt option': [
      () => defineModule({ name: 'a', provider: [] } as ModuleOptions),
      'ERR_NEXURE_MODULE_INVALID',
      /unknown option provider/,
    ],
    'a controller that is none': [
      () => createApp().register(defineModule({ name: 'a', controllers: [Plain as never] })),
      'ERR_NEXURE_MODULE_INVALID',
      /controllers\[0\], Plain/,
    ],
  };
  for (const [name, [build, code, message]] of Object.entries(REFUSED)) {
    test(`refuses ${name}`, () => {
      assert.throws(build, (error: Error & { code: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

describe('modules', () => {
  test('start in parallel behind their imports, stop in reverse, and start again', async () => {
    const log: string[] = [];
    const gate = new Gate();
    const module = (name: string, imports: readonly Module[], wait?: Promise<void>): Module =>
      defineModule({
        name,
        imports,
        providers: [provide(name, { useFactory: () => ({}), dispose: () => void log.push(`dispose ${name}`) })],
        onStart: async () => {
          log.push(`begin ${name}`);
          await wait;
          log.push(`start ${name}`);
        },
        onStop: () => void log.push(`stop ${name}`),
      });
    const db = module('db', [], gate.promise);
    const mail = module('mail', []);
    const app = createApp();
    app.register(module('api', [db, mail]));
    const ready = app.ready();
    setImmediate(() => gate.open());
    await ready;
    assert.deepEqual(log, ['begin db', 'begin mail', 'start mail', 'start db', 'begin api', 'start api']);
    assert.ok((app.modules()[0]?.timing?.durationMs ?? -1) >= 0);
    log.length = 0;
    await app.stop();
    assert.deepEqual(log.slice(0, 3), ['stop api', 'stop db', 'stop mail']);
    assert.deepEqual(
      log.slice(3),
      ['dispose api', 'dispose mail', 'dispose db']
        .filter((line) => log.includes(line))
        .sort((one, two) => log.indexOf(one) - log.indexOf(two)),
    );
    assert.equal(log.length, 6);
    await app.ready();
    assert.equal(log.filter((line) => line === 'start api').length, 1);
    await app.stop();
  });

  test('that fail to start have stopped the others, in reverse order', async () => {
    const log: string[] = [];
    const one = defineModule({
      name: 'one',
      onStart: () => void log.push('one'),
      onStop: () => void log.push('stop one'),
    });
    const two = defineModule({
      name: 'two',
      imports: [one],
      onStart: () => void log.push('two'),
      onStop: () => void log.push('stop two'),
    });
    const bad = defineModule({
      name: 'bad',
      imports: [two],
      onStart: () => {
        throw new Error('port taken');
      },
      onStop: () => void log.push('never'),
    });
    const app = createApp();
    app.register(bad);
    await assert.rejects(app.start(0), { code: 'ERR_NEXURE_MODULE_START', message: /bad failed to start: port taken/ });
    assert.deepEqual(log, ['one', 'two', 'stop two', 'stop one']);
    assert.equal(app.address(), undefined);
  });

  test('can be overridden for a test', async () => {
    const app = createApp();
    app.register(
      defineModule({
        name: 'm',
        providers: [provide(CACHE, { useFactory: () => assert.fail('the real one is made') })],
        setup: (routes, { get }) => void routes.get('/', () => get(CACHE).url),
      }),
    );
    app.container.override(CACHE, { url: 'fake' });
    assert.equal(await (await app.request('/')).text(), 'fake');
  });
});

describe('what is of a request', () => {
  class Audit {
    static readonly scope = Scope.REQUEST;
    static log: string[] = [];
    readonly path = (inject(RequestContext) as Context).request.path;
    [Symbol.asyncDispose](): Promise<void> {
      Audit.log.push(`end of ${this.path}`);
      return Promise.resolve();
    }
  }
  const app = createApp({ logger: false });
  app.register(
    defineModule({
      name: 'm',
      providers: [Audit],
      controllers: [
        (routes): void => {
          const container = containerFor(routes);
          routes.get('/text', handlerOf(container, Audit, ({ path }) => path) as () => unknown);
          routes.get('/fails', handlerOf(container, Audit, () => assert.fail('no')) as () => unknown);
          routes.get(
            '/stream',
            handlerOf(container, Audit, async function* ({ path }) {
              yield path;
              Audit.log.push('streamed');
            } as (audit: Audit) => unknown) as () => unknown,
          );
        },
      ],
    }),
  );
  for (const [path, status, log] of [
    ['/text', 200, ['end of /text']],
    ['/fails', 500, ['end of /fails']],
    ['/stream', 200, ['streamed', 'end of /stream']],
  ] as const) {
    test(`is disposed of behind the answer: ${path}`, async () => {
      Audit.log.length = 0;
      const answer = await app.request(path);
      assert.equal(answer.status, status);
      await answer.text();
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      assert.deepEqual(Audit.log, log);
    });
  }
});
