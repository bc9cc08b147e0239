// Compression of answers: the decision is made from what the handler has prepared, and what it changes is put there.
import { chunkOf, sourceOf } from './answer-stream.ts';
import { addVary, chooseCoding, compressLater, compressNow, isLong, weakEtag } from './body/compression.ts';
import { compressStream } from './body/compressed-stream.ts';
import { access } from './context/access.ts';
import { ResponseBuilder } from './context/response.ts';
import { methodOf } from './server/record.ts';
import { native } from './native.ts';

import type { Body } from './answer-body.ts';
import type { ResolvedCompression } from './body/compression.ts';
import type { AnyContext } from './context/access.ts';
import type { ErrorHandling } from './route.ts';

type Send = (
  context: AnyContext,
  response: ResponseBuilder | undefined,
  body: Body,
  errors: ErrorHandling,
  fail: Fail,
) => void;

/** Answers with an error. */
export type Fail = (context: AnyContext, error: unknown, errors: ErrorHandling) => void;

const HEAD = native.methods().indexOf('HEAD');

/** Sends an answer compressed, if it should be; `false` when it is to be sent as it is. */
export function compressed(
  context: AnyContext,
  compression: ResolvedCompression,
  prepared: ResponseBuilder | undefined,
  body: Body,
  errors: ErrorHandling,
  { send, fail }: { readonly send: Send; readonly fail: Fail },
): boolean {
  const { content, type, streams } = body;
  if (content === undefined) {
    // A 304 says what the 200 it stands for depends on (RFC 9110 §15.4.5).
    if (prepared?.$status === 304) prepared.set('Vary', addVary(prepared.get('vary')));
    // A file's answer to HEAD has no content, and the fields of the answer to GET.
    if (prepared === undefined || prepared.get('content-type') === undefined || !isHead(context)) return false;
  }
  const request = context.request;
  const told = streams || content === undefined ? prepared?.get('content-length') : undefined;
  const decision = chooseCoding(compression, request.get('accept-encoding'), {
    status: prepared?.$status || 200,
    bytes: told === undefined ? (streams ? undefined : lengthOf((content ?? '') as string | Uint8Array)) : Number(told),
    contentType: prepared?.get('content-type') ?? type,
    header: (name) => prepared?.get(name),
  });
  if (!decision.varies) {
    // A part of a file is not compressed, but the whole may be (RFC 9110 §15.3.7: the fields of the 200).
    if (prepared?.$status === 206 && isPartOfVarying(compression, prepared)) prepared.vary('Accept-Encoding');
    return false;
  }
  const response = prepared ?? new ResponseBuilder();
  response.set('Vary', addVary(response.get('vary')));
  const { coding } = decision;
  if (coding === undefined) {
    send(context, response, body, errors, fail);
    return true;
  }
  if (!response.$hasType && type !== undefined) response.type(type);
  const etag = response.get('etag');
  if (etag !== undefined) response.set('ETag', weakEtag(etag));
  response.set('Content-Encoding', coding).remove('content-length');
  if (isHead(context)) {
    if (streams) sourceOf(content as object).cancel(undefined);
    // Only encoding would tell the length: a stream that is never asked for tells none.
    send(context, response, { ...body, content: [][Symbol.iterator](), streams: true }, errors, fail);
  } else if (streams) {
    // Each chunk can be read as soon as it was given, as an event must; a file of known length is encoded as a whole.
    const encoded = compressStream(compression, chunksOf(content as object), coding, told === undefined);
    send(context, response, { ...body, content: encoded }, errors, fail);
  } else {
    const plain = content as string | Uint8Array;
    if (!isLong(coding, lengthOf(plain))) {
      send(context, response, { ...body, content: compressNow(compression, coding, plain) }, errors, fail);
      return true;
    }
    access.linkOf(context).defer(context);
    compressLater(compression, coding, plain).then(
      (encoded) => send(context, response, { ...body, content: encoded }, errors, fail),
      (error: unknown) => fail(context, error, errors),
    );
  }
  return true;
}

/** Whether the 200 that a 206 is a part of would depend on `Accept-Encoding`. */
function isPartOfVarying(compression: ResolvedCompression, prepared: ResponseBuilder): boolean {
  return chooseCoding(compression, undefined, {
    status: 200,
    bytes: undefined,
    contentType: prepared.get('content-type'),
    header: (name) => (name === 'content-range' ? undefined : prepared.get(name)),
  }).varies;
}

function isHead(context: AnyContext): boolean {
  return methodOf(access.recordOf(context), access.recordAt(context)) === HEAD;
}

function lengthOf(content: string | Uint8Array): number {
  return typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
}

/** Any source as bytes. */
function chunksOf(content: object): AsyncIterableIterator<Uint8Array> {
  const source = sourceOf(content);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const { done, value } = await source.next();
      if (done === true) return { done: true, value: undefined };
      return { done: false, value: chunkOf(value) };
    },
    async return() {
      source.cancel(undefined);
      return { done: true, value: undefined };
    },
  };
}
