// What controllers, their methods and their parents say for the OpenAPI document, put together.
import type { RouteDocs } from '../openapi/types.ts';

/** What the inner one says goes before what the outer one says; whoever says `false` last is heard. */
export function mergedDocs(
  outer: RouteDocs | false | undefined,
  inner: RouteDocs | false | undefined,
): RouteDocs | false | undefined {
  if (inner === undefined || outer === undefined) return inner ?? outer;
  if (inner === false || outer === false) return inner;
  const responses = { ...outer.responses, ...inner.responses };
  return { ...outer, ...inner, ...(Object.keys(responses).length === 0 ? undefined : { responses }) };
}
