// @ts-check
// What dependency injection costs per request: a handler that is a method of a singleton beside a plain function, and a
// chain of five request-scoped classes, by deps and by inject(), with the scope they live in.

import { internals } from './internals.mjs';

const { Container, handlerOf, inject, Scope } = internals;

class Greeter {
  /** @param {number} context */
  greet(context) {
    return context + 1;
  }
}

const singletons = new Container().register(Greeter);
await singletons.compile();
const method = handlerOf(singletons, Greeter, (/** @type {Greeter} */ greeter, /** @type {number} */ context) =>
  greeter.greet(context),
);
const greeter = new Greeter();
/** @param {number} context */
const plain = (context) => greeter.greet(context);

/** A chain of five classes, each of which takes the one before. @param {'deps' | 'inject'} way */
async function chainOf(way) {
  const container = new Container();
  class First {
    level = 1;
  }
  container.register(First, { useClass: First, scope: Scope.REQUEST });
  /** @type {any} */
  let last = First;
  for (let level = 2; level <= 5; level += 1) {
    const before = last;
    const Level =
      way === 'deps'
        ? class {
            static deps = [before];
            /** @param {unknown} next */
            constructor(next) {
              this.next = next;
            }
          }
        : class {
            next = inject(before);
          };
    container.register(Level, { useClass: Level, scope: Scope.REQUEST });
    last = Level;
  }
  await container.compile();
  return () => container.createScope().resolve(last);
}

/** @type {{ name: string, run: () => unknown }[]} */
export const cases = [
  { name: 'a plain function', run: () => plain(1) },
  { name: 'a method of a singleton', run: () => method(1) },
  { name: 'five request-scoped classes, deps', run: await chainOf('deps') },
  { name: 'five request-scoped classes, inject()', run: await chainOf('inject') },
  { name: 'an empty scope', run: () => singletons.createScope() },
];
