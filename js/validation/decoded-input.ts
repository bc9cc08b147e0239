// Bodies with a content coding: decoded in JavaScript, and checked by the program that checks all others natively.
import { BadRequestError } from '../errors/http-error.ts';
import { nativeDetails } from '../errors/native-details.ts';
import { parseMediaType } from '../http/media-type.ts';
import { checkPlaces } from './deferred-input.ts';
import { errorOf } from './refusal.ts';

import type { AnyContext } from '../context/access.ts';
import type { InputChange } from './checked-input.ts';
import type { DeferredPlace } from './deferred-input.ts';
import type { CompiledInput } from './input.ts';

/** What the core tells of a body that was decoded. */
interface DecodedText {
  readonly changes?: readonly InputChange[];
  readonly deferred?: readonly DeferredPlace[];
}

/**
 * Decodes a body that has a content coding and has it checked by the program that checks all others. Rejects with what the
 * core would have answered.
 */
export async function checkDecoded(context: AnyContext, input: CompiledInput): Promise<void> {
  const { request } = context;
  const { kind } = parseMediaType(request.get('content-type'));
  const bytes = await request.bytes();
  if (bytes.length === 0 && !input.optionalBody) {
    const code = 'ERR_NEXURE_BODY_MISSING';
    throw new BadRequestError(nativeDetails.get(code), { code });
  }
  const verdict = bytes.length === 0 ? {} : input.program?.checkBody(kind === 'form', bytes);
  if (verdict?.problem !== undefined) throw errorOf(context, verdict.problem);
  const read = verdict?.text === undefined ? undefined : (JSON.parse(verdict.text) as DecodedText);
  request.$provideChecked(verdict?.body ?? bytes, read?.changes ?? []);
  await checkPlaces(context, input, read?.deferred ?? [], () => request.$checkedValue);
}
