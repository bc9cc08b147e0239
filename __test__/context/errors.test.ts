// The family of HttpError: names, what they carry, what they cost, and what clients are shown.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import * as nexure from '../../js/index.ts';
import { open, transports } from '../harness/server.ts';

const { createApp, createHttpError, HttpError, HttpException, isHttpError, NotFoundError, toHttpError } = nexure;

const FAMILY = {
  badRequest: ['BadRequestError', 400],
  unauthorized: ['UnauthorizedError', 401],
  forbidden: ['ForbiddenError', 403],
  notFound: ['NotFoundError', 404],
  methodNotAllowed: ['MethodNotAllowedError', 405],
  notAcceptable: ['NotAcceptableError', 406],
  conflict: ['ConflictError', 409],
  gone: ['GoneError', 410],
  payloadTooLarge: ['PayloadTooLargeError', 413],
  unsupportedMediaType: ['UnsupportedMediaTypeError', 415],
  unprocessableEntity: ['UnprocessableEntityError', 422],
  tooManyRequests: ['TooManyRequestsError', 429],
  internalServerError: ['InternalServerError', 500],
  notImplemented: ['NotImplementedError', 501],
  badGateway: ['BadGatewayError', 502],
  serviceUnavailable: ['ServiceUnavailableError', 503],
  gatewayTimeout: ['GatewayTimeoutError', 504],
} as const;

const CLASSES: Readonly<Record<string, unknown>> = nexure;

describe('HttpError', () => {
  for (const [shorthand, [name, status]] of Object.entries(FAMILY)) {
    test(`${name} is ${status}, by its class, by createHttpError and by HttpException.${shorthand}`, () => {
      const cause = new Error('why');
      const options = { code: 'SHOP_X', extensions: { a: 1 }, headers: { 'X-A': 'b' }, cause };
      const Named = CLASSES[name] as typeof NotFoundError;
      const make = HttpException[shorthand as keyof typeof FAMILY];
      for (const error of [
        new Named('what', options),
        createHttpError(status, 'what', options),
        make('what', options),
      ]) {
        assert.ok(error instanceof Named && error instanceof HttpError && error instanceof Error);
        const { message, code, extensions, headers, expose } = error;
        assert.deepEqual(
          { status: error.status, message, code, extensions, headers, cause: error.cause, expose },
          {
            status,
            message: 'what',
            ...options,
            expose: status < 500,
          },
        );
      }
    });
  }

  test('captures no stack when it is expected, and leaves the limit of others alone', () => {
    const { stackTraceLimit } = Error;
    assert.equal(new NotFoundError('x').stack?.includes('\n    at '), false);
    assert.equal(new HttpError(500, 'x').stack?.includes('\n    at '), true);
    assert.equal(Error.stackTraceLimit, stackTraceLimit);
    assert.throws(() => new NotFoundError(Symbol('x') as unknown as string), TypeError);
    assert.equal(Error.stackTraceLimit, stackTraceLimit, 'also when the message cannot be made');
  });

  test('isHttpError knows them, and nothing that looks like one', () => {
    assert.equal(isHttpError(new NotFoundError()), true);
    for (const other of [{ status: 404 }, Object.assign(new Error('x'), { status: 404 }), null, 404]) {
      assert.equal(isHttpError(other), false);
    }
  });

  test('toHttpError keeps what is one, and makes a 500 of anything else', () => {
    const error = new NotFoundError();
    assert.equal(toHttpError(error), error);
    for (const thrown of [new Error('x'), 'x', undefined, null, 7, Object.freeze({ status: 404 })]) {
      const made = toHttpError(thrown);
      assert.deepEqual([made.status, made.code, made.cause, made.expose], [500, 'ERR_NEXURE_INTERNAL', thrown, false]);
    }
  });
});

/** Errors with causes that lead back to themselves. */
function circular(): Error {
  const error = new Error('outer', { cause: new Error('inner') });
  (error.cause as Error).cause = error;
  return error;
}

for (const transport of transports) {
  describe(`errors over ${transport}`, () => {
    test('an error whose causes lead back to it is answered and reported', async (t) => {
      const { mock } = t.mock.method(console, 'error', () => undefined);
      // The default logger: it is the one that prints them.
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.get('/', () => {
            throw circular();
          });
          app.get('/http', () => {
            const error = new HttpError(503, 'x', { cause: circular() });
            throw error;
          });
          app.get('/extensions', () => {
            const extensions: Record<string, unknown> = {};
            extensions['self'] = extensions;
            throw new HttpError(400, 'x', { extensions });
          });
        },
        { logger: console },
      );
      assert.equal((await ask('/')).status, 500);
      assert.equal((await ask('/http')).status, 503);
      assert.equal((await ask('/extensions')).status, 400);
      assert.ok(mock.callCount() >= 2);
    });

    test('expose shows the message of a 5xx, or hides that of a 4xx', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/shown', () => {
          throw new HttpError(503, 'back at noon', { expose: true });
        });
        app.get('/hidden', () => {
          throw new HttpError(404, 'not even to you', { expose: false });
        });
      });
      assert.equal(((await ask('/shown')).json() as { detail?: string }).detail, 'back at noon');
      assert.equal(((await ask('/hidden')).json() as { detail?: string }).detail, undefined);
    });
  });
}

test('details of 5xx are shown in development, and only there', async (t) => {
  const before = process.env['NODE_ENV'];
  t.after(() => {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  });
  const app = createApp({ logger: false });
  app.get('/', () => {
    throw new Error('the table users has no column nmae');
  });
  for (const [mode, detail] of [
    ['development', 'the table users has no column nmae'],
    ['production', undefined],
    ['', undefined],
    ['test', undefined],
  ] as const) {
    process.env['NODE_ENV'] = mode;
    const problem = (await (await app.request('/')).json()) as { detail?: string };
    assert.equal(problem.detail, detail, mode);
  }
});
