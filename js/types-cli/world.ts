// A project and how its types are evaluated.
import { evaluate } from './evaluate.ts';
import { Project } from './project.ts';

import type { Parse } from './ast.ts';
import type { World } from './site.ts';

/** A world without types yet. */
export function createWorld(parse: Parse): World {
  return {
    project: new Project(parse),
    evaluate,
    instances: new Map(),
    sites: new WeakMap(),
    numbers: new WeakMap(),
    made: 0,
  };
}
