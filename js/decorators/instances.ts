// The instances behind the routes of a controller: one for the application, to which methods are bound once, or one per
// request.
import { isThenable } from '../answer.ts';
import { scopeOf } from '../di/handler.ts';
import { bindingOf } from '../di/request-scope.ts';
import { Scope } from '../di/scope.ts';
import { untilThere } from '../di/suspension.ts';

import type { AnyContext } from '../context/access.ts';
import type { Context } from '../context/context.ts';
import type { Next } from '../declared.ts';
import type { Binding } from '../di/binding.ts';
import type { Container } from '../di/container.ts';
import type { Token } from '../di/token.ts';

/** What runs in a request, as middleware or as a handler. */
type Run = (context: Context, next?: Next) => unknown;

/** What belongs to a request; a promise where something it needs is one. */
export function requestInstance(context: AnyContext, container: Container, token: Token): unknown {
  return obtain(bindingOf(container, token), container, context);
}

function obtain(binding: Binding, container: Container, context: AnyContext): unknown {
  return untilThere(() =>
    binding.scope === Scope.SINGLETON ? container.resolve(binding.token) : scopeOf(container, context).obtain(binding),
  );
}

/** Runs what `make` makes of an instance: of a singleton once, else for each request. */
export function bound(container: Container, token: Token, make: (instance: object) => Run): Run {
  let binding: Binding | undefined;
  let made: Run | undefined;
  /** Whose `made` is: an application that is started again has another one. */
  let owner: unknown;
  const keep = (instance: unknown): Run => {
    const run = make(instance as object);
    if (binding?.isReady === true && binding.instance === instance) {
      owner = instance;
      made = run;
    }
    return run;
  };
  return (context, next) => {
    if (made !== undefined && binding?.instance === owner) return made(context, next);
    binding ??= bindingOf(container, token);
    const instance = obtain(binding, container, context);
    if (isThenable(instance)) return instance.then((value) => keep(value)(context, next));
    return keep(instance)(context, next);
  };
}
