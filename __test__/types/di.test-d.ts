// What the compiler knows of tokens, providers, configuration and modules. Nothing here is ever run.
import { Container, createToken, defineConfig, defineModule, env, inject, provide, Scope } from '../../js/index.ts';

import type { Secret } from '../../js/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`. */
function holds<_Claim extends true>(): void {
  // Types only.
}

class Clock {
  now(): number {
    return 1;
  }
}
const COUNT = createToken<number>('count');
const container = new Container();

const count = inject(COUNT);
holds<Equal<typeof count, number>>();
const clock = container.resolve(Clock);
holds<Equal<typeof clock, Clock>>();
const perhaps = inject.optional(Clock);
holds<Equal<typeof perhaps, Clock | undefined>>();
const all = inject.all(COUNT);
holds<Equal<typeof all, number[]>>();
const scope: Scope = Scope.REQUEST;
container.register(COUNT, { useFactory: async () => 1, scope });
container.register(COUNT, {
  useFactory: (one, counts, other) => {
    holds<Equal<typeof one, Clock>>();
    holds<Equal<typeof counts, number[]>>();
    holds<Equal<typeof other, Clock | undefined>>();
    return one.now() + counts.length;
  },
  deps: [Clock, { all: COUNT }, { optional: Clock }],
});
// @ts-expect-error -- not a number
container.register(COUNT, { useValue: 'one' });
// @ts-expect-error -- not a number
container.override(COUNT, 'one');
// @ts-expect-error -- no such scope
container.register(COUNT, { useFactory: () => 1, scope: 'session' });

const config = defineConfig({
  port: env.port('PORT'),
  mode: env.oneOf('MODE', ['on', 'off']),
  redis: { url: env.url('REDIS_URL').optional(), password: env.secret('PASSWORD') },
  fixed: 7,
});
holds<Equal<typeof config.port, number>>();
holds<Equal<typeof config.mode, 'on' | 'off'>>();
holds<Equal<typeof config.redis.url, string | undefined>>();
holds<Equal<typeof config.redis.password, Secret>>();
// @ts-expect-error -- read-only
config.port = 1;
// @ts-expect-error -- no such variable
void config.prot;

defineModule({
  name: 'typed',
  config,
  enabled: (given) => given.redis.url !== undefined,
  providers: [Clock, provide(COUNT, (given: typeof config) => given.port)],
  onStart: ({ get, config: given }) => {
    holds<Equal<typeof given.port, number>>();
    const value = get(COUNT);
    holds<Equal<typeof value, number>>();
  },
});

const dynamic = defineModule((options: { readonly url: string }) => ({ name: options.url }));
dynamic({ url: 'x' });
// @ts-expect-error -- an option is missing
dynamic({});
