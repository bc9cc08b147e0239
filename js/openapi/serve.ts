// Serves the document, and the page for people: both are made once for as long as nothing is declared, and clients that have
// them are told so (RFC 9110 §13.1.2).
import { createHash } from 'node:crypto';

import { access } from '../context/access.ts';
import { isFresh } from '../http/conditions.ts';
import { joinPaths } from '../prefix.ts';
import { makeDocument } from './document.ts';

import type { AnyContext } from '../context/access.ts';
import type { Context } from '../context/context.ts';
import type { RouteList } from '../route-list.ts';
import type { ResolvedOpenApi } from './options.ts';
import type { OpenApiDocument } from './types.ts';

/** Something to be sent, with its validator. */
interface Served {
  readonly text: string;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Declares the routes of the document and its page; the document is made when the application starts. */
export function serveDocument(list: RouteList, { document: options, path, docs }: ResolvedOpenApi): void {
  const { scope, lifecycle } = list;
  /** By prefix: an application that is mounted may be so in several places. */
  const made = keptWhile(list, (prefix): OpenApiDocument => {
    const servers = options.servers ?? (prefix === '' ? undefined : [{ url: prefix }]);
    return makeDocument(list, { ...options, ...(servers === undefined ? undefined : { servers }) });
  });
  const add = (own: string, make: (prefix: string) => Served | Promise<Served>): void => {
    const whole = joinPaths(scope.prefix, own);
    const kept = keptWhile(list, make);
    list.add(scope, {
      methods: ['GET'],
      path: whole,
      settings: { openapi: false },
      middleware: [],
      handler: async (context) => send(context, await kept(prefixOf(context, whole))),
    });
  };
  if (path !== undefined) {
    add(path, (prefix) => served(JSON.stringify(made(prefix)), { 'Content-Type': 'application/json' }));
  }
  if (docs !== undefined) {
    add(docs, async (prefix) => {
      // Most requests are for other things.
      const { pageOf } = await import('./page/page.ts');
      const { html, policy } = pageOf(
        made(prefix),
        path === undefined ? undefined : joinPaths(prefix + scope.prefix, path),
      );
      return served(html, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': policy,
        'Referrer-Policy': 'no-referrer',
        'X-Content-Type-Options': 'nosniff',
      });
    });
  }
  // What is wrong with it is told at the start, not to whoever asks first.
  lifecycle.add('start', () => void made(''));
}

/** Remembers what was made until a route is added. */
function keptWhile<Of>(list: RouteList, make: (prefix: string) => Of): (prefix: string) => Of {
  let routes = -1;
  let kept = new Map<string, Of>();
  return (prefix) => {
    if (routes !== list.routes.length) kept = new Map();
    routes = list.routes.length;
    let one = kept.get(prefix);
    if (one === undefined) kept.set(prefix, (one = make(prefix)));
    return one;
  };
}

/** What the route was mounted below. */
function prefixOf(context: Context, whole: string): string {
  return access.routeOf(context as AnyContext).pattern?.slice(0, -whole.length) ?? '';
}

function served(text: string, headers: Readonly<Record<string, string>>): Served {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  return { text, etag, headers: { ...headers, ETag: etag, 'Cache-Control': 'no-cache' } };
}

function send(context: Context, { text, etag, headers }: Served): unknown {
  const { request, response } = context;
  const isKnown = isFresh((name) => request.get(name), { etag, lastModified: undefined });
  for (const [name, value] of Object.entries(headers)) {
    if (!isKnown || !/^content-type$/i.test(name)) response.set(name, value);
  }
  return isKnown ? response.status(304).send() : response.send(text);
}
