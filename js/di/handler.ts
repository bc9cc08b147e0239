// Between routes and the container: the scope of a request, and handlers that are methods of something injected.
import { isThenable } from '../answer.ts';
import { access } from '../context/access.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { bindingOf } from './request-scope.ts';
import { Scope } from './scope.ts';
import { untilThere } from './suspension.ts';

import type { AnyContext } from '../context/access.ts';
import type { Context } from '../context/context.ts';
import type { Binding } from './binding.ts';
import type { Container } from './container.ts';
import type { RequestScope } from './request-scope.ts';
import type { Token } from './token.ts';

/**
 * The scope of a request: made when it is first asked for, and disposed of behind the answer. Throws
 * `ERR_NEXURE_CONTEXT_ENDED` when the request has been answered.
 */
export function scopeOf(container: Container, context: Context<unknown, unknown, unknown, unknown>): RequestScope {
  const { root } = container.tree;
  for (let attached = access.attachedTo(context); attached !== undefined; attached = attached.following) {
    if (attached.owner === container.tree) return attached as RequestScope;
  }
  if (access.isEnded(context)) {
    throw new NexureError('ERR_NEXURE_CONTEXT_ENDED', 'the request has been answered: its scope is disposed of');
  }
  const scope = root.createScope(context);
  access.attach(context, scope);
  return scope;
}

/**
 * A handler that calls what a token stands for. For a singleton that costs reading a property; for anything else an instance
 * is made in the scope of the request, and async factories are waited for.
 */
export function handlerOf<T, C extends AnyContext>(
  container: Container,
  token: Token<T>,
  call: (instance: T, context: C) => unknown,
): (context: C) => unknown {
  let binding: Binding | undefined;
  return (context) => {
    binding ??= bindingOf(container, token);
    if (binding.isReady) return call(binding.instance as T, context);
    return callWhenThere(binding, container, call, context);
  };
}

function callWhenThere<T, C extends AnyContext>(
  binding: Binding,
  container: Container,
  call: (instance: T, context: C) => unknown,
  context: C,
): unknown {
  const obtain =
    binding.scope === Scope.SINGLETON
      ? () => container.resolve(binding.token)
      : () => scopeOf(container, context).obtain(binding);
  const instance = untilThere(() => obtain() as T);
  return isThenable(instance) ? instance.then((made) => call(made as T, context)) : call(instance as T, context);
}
