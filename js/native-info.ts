// What is running: the version of the package, and the native binary behind it.
import { createRequire } from 'node:module';

import { native } from './native.ts';

/** The version of the package. */
export const version: string = (createRequire(import.meta.url)('../package.json') as { readonly version: string })
  .version;

/** What `getNativeInfo()` gives. */
export interface NativeInfo {
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
  /** The version of libuv whose loop the sockets are in; `undefined` where the runtime has none that can be used. */
  readonly uv: string | undefined;
  /** Why `transport: 'uv'` cannot be used here; `undefined` when it can. */
  readonly uvUnavailable: string | undefined;
}

/** Tells of the native binary that is loaded. */
export function getNativeInfo(): NativeInfo {
  return {
    version,
    platform: process.platform,
    arch: process.arch,
    uv: native.uvVersion() ?? undefined,
    uvUnavailable: native.uvUnavailable() ?? undefined,
  };
}
