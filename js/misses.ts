// Requests that no route answers: where the application has middleware, hooks or handlers that concern them, they run
// through a chain of all middleware that ends in the answer the core would have given. Elsewhere the core gives it.
import { isThenable } from './answer.ts';
import { access } from './context/access.ts';
import { BadRequestError, MethodNotAllowedError, NotFoundError } from './errors/http-error.ts';
import { nativeDetails } from './errors/native-details.ts';
import { column } from './native.ts';
import { METHODS } from './route-list.ts';
import { compileRoute } from './route.ts';
import { resolveSettings } from './route-options.ts';
import { verdictOf } from './server/record.ts';

import type { AnyContext } from './context/access.ts';
import type { Context } from './context/context.ts';
import type { ErrorCode } from './errors/codes.ts';
import type { Handler } from './middleware.ts';
import type { CompiledRoute, RouteSurroundings } from './route.ts';
import type { RouteList } from './route-list.ts';

const NOT_FOUND = column('MISS_NOT_FOUND');
const METHOD = column('MISS_METHOD');
const OPTIONS = column('MISS_OPTIONS');
const ENCODING = column('MISS_ENCODING');

/** Which requests without a route the application has something to say to; 0 for none. */
export function missKinds({ placed, scope }: RouteList, notFound: Handler | undefined): number {
  if (placed.length > 0 || scope.onRequest.length > 0) return NOT_FOUND | METHOD | OPTIONS | ENCODING;
  const ofErrors = scope.errorHandler === undefined ? 0 : NOT_FOUND | METHOD | ENCODING;
  return ofErrors | (notFound === undefined ? 0 : NOT_FOUND);
}

/**
 * Compiles the chain for requests without a route, once per method, and has the core hand them over. The routes returned
 * stand behind those of the list, one for each method.
 */
export function compileMisses(
  list: RouteList,
  notFound: Handler | undefined,
  surroundings: RouteSurroundings,
): readonly CompiledRoute[] {
  const { routes, scope, table, placed, options } = list;
  const kinds = missKinds(list, notFound);
  table.setMisses(routes.length, kinds);
  if (kinds === 0) return [];
  // They are answered at once, and a body only collected by who asks for it.
  const settings = resolveSettings({ body: 'stream' }, options);
  table.setRules(routes.length, settings.rules);
  const handler = refusal(notFound);
  // Such a pattern is below every prefix, perhaps: each request is asked.
  const declaration = { methods: METHODS, path: '/*', settings: {}, middleware: [], handler };
  return METHODS.map((method) => ({
    ...compileRoute(
      { ...declaration, method, params: [], kinds: undefined, settings, scope, placed, declared: declaration },
      surroundings,
    ),
    label: `${method} (unmatched)`,
    pattern: undefined,
  })).map((route) => ({ ...route, refuse: route.run }));
}

/** What stands at the end of the chain. */
function refusal(notFound: Handler | undefined): Handler {
  return (context) => {
    const any = context as AnyContext;
    const { status, allow } = verdictOf(access.recordOf(any), access.recordAt(any), METHODS);
    switch (status) {
      case 204:
        context.response.status(204).set('Allow', allow).send();
        return undefined;
      case 400:
        throw new BadRequestError(...worded(any, 'ERR_NEXURE_PATH_ENCODING'));
      case 405:
        throw new MethodNotAllowedError(...worded(any, 'ERR_NEXURE_METHOD_NOT_ALLOWED', { Allow: allow }));
      default:
        if (notFound === undefined) throw noRoute(any);
        return answerNotFound(notFound, context, () => noRoute(any));
    }
  };
}

/** Serves files so that one that is not there is answered as a request without a route is. */
export function withNotFound(files: Handler, notFound: Handler): Handler {
  return async (context) => {
    try {
      return await files(context);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_NEXURE_FILE_NOT_FOUND') throw error;
      return answerNotFound(notFound, context, () => error);
    }
  };
}

/** Answers 404, unless the handler says otherwise; one that says nothing leaves it to the error handlers. */
function answerNotFound(notFound: Handler, context: Context, error: () => unknown): unknown {
  context.response.status(404);
  const result = notFound(context);
  const orThrow = (value: unknown): unknown => {
    if (value === undefined && !context.response.$answers()) throw error();
    return value;
  };
  return isThenable(result) ? result.then(orThrow) : orThrow(result);
}

function noRoute(context: AnyContext): NotFoundError {
  return new NotFoundError(...worded(context, 'ERR_NEXURE_ROUTE_NOT_FOUND'));
}

/** What the core says, with the fields that middleware has prepared: nothing has failed that they belonged to. */
function worded(
  context: AnyContext,
  code: ErrorCode,
  own: Readonly<Record<string, string>> = {},
): [message: string | undefined, options: { code: ErrorCode; headers: Readonly<Record<string, string>> }] {
  return [nativeDetails.get(code), { code, headers: { ...preparedFields(context), ...own } }];
}

function preparedFields(context: AnyContext): Record<string, string> {
  const fields: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const line of access.responseOf(context)?.$fields().split('\r\n') ?? []) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon === -1 || /^content-(?:type|length|encoding)$/i.test(name)) continue;
    const value = line.slice(colon + 2);
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  // Where a field repeats its value is a list, as `ctx.response.set` takes it.
  return fields as Record<string, string>;
}
