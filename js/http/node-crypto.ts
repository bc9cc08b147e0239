// `node:crypto`, loaded when it is first needed: most applications start without it, and it takes milliseconds.
import { createRequire } from 'node:module';

import type * as Crypto from 'node:crypto';

let loaded: typeof Crypto | undefined;

/** The module. */
export function crypto(): typeof Crypto {
  return (loaded ??= createRequire(import.meta.url)('node:crypto') as typeof Crypto);
}
