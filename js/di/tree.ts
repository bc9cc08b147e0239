// What all containers of one tree share.
import { Disposals } from './disposal.ts';

import type { Binding } from './binding.ts';
import type { Container } from './container.ts';
import type { Tree } from './frame.ts';
import type { Token } from './token.ts';

/** What the containers of one tree share. */
export interface SharedTree extends Tree {
  readonly root: Container;
  readonly isImplicit: boolean;
  readonly containers: Container[];
  readonly overrides: Map<Token, Binding>;
  readonly report: (error: unknown) => void;
  /** What is known of a token that nobody provides. */
  explain: (token: Token) => string | undefined;
}

/** The tree of a container that has no parent. `report` is told of instances that could not be disposed of. */
export function newTree(
  root: Container,
  isImplicit: boolean,
  report: (error: unknown) => void = tellStandardError,
): SharedTree {
  return {
    generation: 0,
    slots: 0,
    root,
    isImplicit,
    containers: [],
    overrides: new Map(),
    disposals: new Disposals(report),
    report,
    explain: () => undefined,
  };
}

function tellStandardError(error: unknown): void {
  console.error('nexurejs: an instance could not be disposed of:', error);
}
