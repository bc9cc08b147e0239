// `inject()`: asks for a dependency from within what is being made. It works because making is synchronous: whatever asks
// does so during the call that makes it.
import { currentFrame } from './frame.ts';
import { namesOf, outsideInjector } from './problems.ts';

import type { Binding } from './binding.ts';
import type { Frame } from './frame.ts';
import type { Token } from './token.ts';

/** {@link inject}, with what it can do beside. */
export interface Inject {
  /**
   * Gives a dependency. To be called in a field initialiser, a constructor or a factory before its first `await`, or within
   * `container.run()`. Throws `ERR_NEXURE_DI_CONTEXT` elsewhere, `ERR_NEXURE_DI_MISSING` when nobody provides it.
   */
  <T>(token: Token<T>): T;
  /** The same, but `undefined` when nobody provides it. */
  optional<T>(token: Token<T>): T | undefined;
  /** Everything that was provided for a token, in the order of registration; empty when nothing was. */
  all<T>(token: Token<T>): T[];
}

function one<T>(token: Token<T>): T {
  const frame = frameFor(token);
  const binding = frame.place.find(token);
  if (binding === undefined) throw frame.place.missing(token, namesOf(frame));
  return obtain(binding, frame) as T;
}

function optional<T>(token: Token<T>): T | undefined {
  const frame = frameFor(token);
  const binding = frame.place.find(token);
  return binding === undefined ? undefined : (obtain(binding, frame) as T);
}

function all<T>(token: Token<T>): T[] {
  const frame = frameFor(token);
  return frame.place.findAll(token).map((binding) => obtain(binding, frame) as T);
}

function frameFor(token: Token): Frame {
  const frame = currentFrame();
  if (frame === undefined) throw outsideInjector(token);
  return frame;
}

function obtain(binding: Binding, frame: Frame): unknown {
  frame.binding?.noteFound(binding);
  return binding.obtain(frame);
}

/** Asks for a dependency from within what is being made. */
export const inject: Inject = Object.assign(one, { optional, all });
