// Requests that do not fit the schemas of their route, where JavaScript answers them: the same document as the core's, as an
// error for the error handlers, in the words of the application where it has any.
import { access } from '../context/access.ts';
import { createHttpError } from '../errors/http-error.ts';
import { bodyTextOf, flagsOf } from '../server/record.ts';
import { column } from '../native.ts';

import type { AnyContext } from '../context/access.ts';
import type { HttpError } from '../errors/http-error.ts';
import type { InputError } from './input-options.ts';

const BODY_KEPT = column('REQUEST_FLAG_BODY_KEPT');
const INVALID = column('REQUEST_FLAG_INVALID');

/** What the core would have answered. */
interface RefusalDocument {
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly InputError[];
}

/** Whether the request was handed over because it does not fit. */
export function isRefused(context: AnyContext): boolean {
  return (flagsOf(access.recordOf(context), access.recordAt(context)) & INVALID) !== 0;
}

/** The error for a request that was handed over because it does not fit. */
export function refusalOf(context: AnyContext): HttpError {
  const record = access.recordOf(context);
  const at = access.recordAt(context);
  const { slotOf, generationOf, sequenceOf } = access;
  const text =
    (flagsOf(record, at) & BODY_KEPT) === 0
      ? bodyTextOf(record, at)
      : access.linkOf(context).bodyText(slotOf(context), generationOf(context), sequenceOf(context));
  return errorOf(context, text ?? '{}');
}

/** The error that a problem document of the core stands for. */
export function errorOf(context: AnyContext, document: string): HttpError {
  const { status, detail, code, errors } = JSON.parse(document) as RefusalDocument;
  if (errors === undefined) return createHttpError(status, detail, { code });
  return createHttpError(status, detail, { code, extensions: { errors: translated(context, errors) } });
}

/** Errors in the words of the application. */
export function translated(context: AnyContext, errors: readonly InputError[]): readonly InputError[] {
  const translate = access.routeOf(context).input?.translate;
  if (translate === undefined) return errors;
  return errors.map((error) => {
    const message: unknown = translate(error, context);
    return typeof message === 'string' ? { ...error, message } : error;
  });
}
