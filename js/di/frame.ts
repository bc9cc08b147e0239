// What is being made, where and for whom: what bindings share with containers, and what `inject()` asks.
import type { Binding } from './binding.ts';
import type { Disposals } from './disposal.ts';
import type { Token } from './token.ts';

/** What bindings need of the container that they stand in. */
export interface Place {
  readonly tree: Tree;
  /** The name of the container, for people. */
  readonly name: string;
  /** What factories without `deps` are given. */
  readonly config: unknown;
  /** What a token stands for here; `undefined` when nobody provides it. */
  find(token: Token): Binding | undefined;
  /** Everything that was provided for a token and can be seen from here. */
  findAll(token: Token): readonly Binding[];
  /** The error that says that nobody provides a token; `path` names who asks. */
  missing(token: Token, path: readonly string[]): Error;
}

/** What all containers of a tree share. */
export interface Tree {
  /** Changes whenever something is registered: what was put together before is stale. */
  generation: number;
  /** How many request-scoped bindings there are. */
  slots: number;
  /** What was made for the application, in the order of creation. */
  readonly disposals: Disposals;
}

/** The instances of one request. */
export interface Instances {
  readonly values: unknown[];
  readonly disposals: Disposals;
}

/** What is being made, and for whom. */
export interface Frame {
  /** `undefined`: not for a binding, but for whoever called the container. */
  readonly binding: Binding | undefined;
  readonly place: Place;
  /** The request it is made for. */
  readonly scope: Instances | undefined;
  readonly parent: Frame | undefined;
}

/** What `inject()` asks; `undefined` while nothing is being made. */
let current: Frame | undefined;

/** What is being made at this moment. */
export function currentFrame(): Frame | undefined {
  return current;
}

/** Calls a function with `inject()` at its service. */
export function within<T>(frame: Frame, act: (frame: Frame) => T): T {
  const before = current;
  current = frame;
  try {
    return act(frame);
  } finally {
    current = before;
  }
}
