// What all requests of an application have in common: its options as far as contexts read them.
import { CookieKeys } from '../http/cookie-keys.ts';
import { resolveTrust } from '../http/proxies.ts';
import { resolveRequestId } from '../http/request-id.ts';
import { invalidOption } from '../option-checks.ts';

import type { CookieKeyOptions } from '../http/cookie-keys.ts';
import type { ForwardingFields, TrustPredicate, TrustProxy } from '../http/proxies.ts';
import type { RequestIdOptions, ResolvedRequestId } from '../http/request-id.ts';

/** Options that contexts read. */
export interface SiteOptions {
  readonly cookies?: CookieKeyOptions;
  readonly requestId?: RequestIdOptions;
  readonly asyncContext?: boolean;
}

/** Options of the server that contexts read. */
export interface SiteServerOptions {
  readonly trustProxy?: TrustProxy;
  readonly forwarded?: ForwardingFields;
}

/** These options, checked, with every default in its place. */
export interface Site {
  /** Which peers are trusted proxies; `undefined` for none. */
  readonly trust: TrustPredicate | undefined;
  readonly forwarded: ForwardingFields;
  readonly cookieKeys: CookieKeys | undefined;
  readonly requestId: ResolvedRequestId;
  /** Whether `context()` finds the context of whatever runs for a request. */
  readonly asyncContext: boolean;
}

/** Checks the options. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function resolveSite(options: SiteOptions, server: SiteServerOptions): Site {
  const { cookies, requestId, asyncContext = false } = options;
  const { trustProxy = false, forwarded = 'x-forwarded' } = server;
  if (forwarded !== 'x-forwarded' && forwarded !== 'forwarded')
    throw invalidOption('server.forwarded', "'x-forwarded' or 'forwarded'", forwarded);
  if (typeof asyncContext !== 'boolean') throw invalidOption('asyncContext', 'a boolean', asyncContext);
  return {
    trust: resolveTrust(trustProxy),
    forwarded,
    cookieKeys: cookies === undefined ? undefined : new CookieKeys(cookies),
    requestId: resolveRequestId(requestId),
    asyncContext,
  };
}
