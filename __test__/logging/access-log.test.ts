// The lines of answers, from made events: fields, levels, what is left out, and morgan's formats byte for byte.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, test } from 'node:test';

import morgan from 'morgan';

import { AccessLog } from '../../js/logging/access-log.ts';
import { Lines, logging } from './lines.ts';

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessLogOptions, Logger } from '../../js/index.ts';
import type { ResponseEvent } from '../../js/observe/response-event.ts';

const event: ResponseEvent = {
  context: undefined,
  requestId: 'r-1',
  method: 'GET',
  path: '/users/5',
  route: '/users/:id',
  status: 200,
  bytes: 12,
  durationMs: 1.234,
  ip: '10.0.0.1',
  outcome: 'complete',
  isNative: false,
};

/** A request as a context shows it. */
function requested(url: string, fields: Readonly<Record<string, string>> = {}, httpVersion = '1.1'): object {
  return { requestId: 'r-1', request: { url, httpVersion, get: (name: string) => fields[name] } };
}

/** The lines of some events, each with a request or without. */
function lines(options: AccessLogOptions, ...given: readonly (Partial<ResponseEvent> & { request?: object })[]): Lines {
  const { log, lines: written } = logging();
  const access = new AccessLog(() => log, options);
  for (const { request, ...rest } of given) {
    const context = request as ResponseEvent['context'];
    if (request !== undefined) access.note(request as Parameters<AccessLog['note']>[0]);
    access.log({ ...event, ...rest, context });
  }
  return written;
}

describe('a line of JSON', () => {
  test('tells what became of the answer', () => {
    assert.deepEqual(lines({}, {}).only, {
      level: 30,
      reqId: 'r-1',
      method: 'GET',
      path: '/users/5',
      route: '/users/:id',
      status: 200,
      bytes: 12,
      durationMs: 1.234,
      ip: '10.0.0.1',
      outcome: 'complete',
      msg: 'request completed',
    });
  });

  test('leaves out what is not known', () => {
    const [line] = lines({}, { requestId: undefined, route: undefined, ip: undefined, status: 404 }).values;
    assert.deepEqual(Object.keys(line ?? {}), [
      'level',
      'method',
      'path',
      'status',
      'bytes',
      'durationMs',
      'outcome',
      'msg',
    ]);
  });

  for (const [status, level] of [
    [200, 30],
    [302, 30],
    [399, 30],
    [400, 40],
    [404, 40],
    [499, 40],
    [500, 50],
    [503, 50],
  ] as const) {
    test(`has the level ${level} for ${status}`, () => assert.equal(lines({}, { status }).only['level'], level));
  }

  test('says that the client went', () => {
    const line = lines({}, { status: 0, outcome: 'aborted' }).only;
    assert.deepEqual(
      [line['msg'], line['outcome'], line['status'], line['level']],
      ['request aborted', 'aborted', 0, 30],
    );
  });

  for (const [query, path] of [
    ['omit', '/users/5'],
    ['redact', '/users/5?token=[Redacted]&b=[Redacted]&flag'],
    ['keep', '/users/5?token=x=y&b=%20&flag'],
  ] as const) {
    test(`has the query as ${query} says`, () => {
      const request = requested('/users/5?token=x=y&b=%20&flag');
      assert.equal(lines({ query }, { request }).only['path'], path);
      assert.equal(lines({ query }, {}).only['path'], '/users/5', 'nobody knows it');
    });
  }

  test('has the header fields that are asked for, without their secrets', () => {
    const request = requested('/', { 'user-agent': 'curl', cookie: 'a=b', host: 'x' });
    const line = lines({ headers: ['User-Agent', 'Cookie', 'accept'] }, { request }).only;
    assert.deepEqual(line['headers'], { 'user-agent': 'curl', cookie: '[Redacted]' });
  });

  test('stays one line whatever the path holds', () => {
    assert.equal(
      lines({}, { path: '/a\n{"level":60}\r\u2028"\u0000' }).only['path'],
      '/a\n{"level":60}\r\u2028"\u0000',
    );
  });
});

describe('what has no line', () => {
  const paths = (options: AccessLogOptions, ...given: Partial<ResponseEvent>[]): unknown[] =>
    lines(options, ...given).values.map(({ path }) => path);

  test('are paths, routes and prefixes that are ignored', () => {
    const ignore = ['/health', '/users/:id', '/internal/*'];
    const routes = { route: undefined };
    const given = ['/health', '/healthy', '/health/x', '/internal/', '/internal/x/y', '/internal', '/internals/x'];
    assert.deepEqual(paths({ ignore }, {}, ...given.map((path) => ({ path, ...routes }))), [
      '/healthy',
      '/health/x',
      '/internal',
      '/internals/x',
    ]);
  });

  test('are those that a function ignores; one that throws ignores nothing', () => {
    assert.deepEqual(paths({ ignore: ({ status }) => status < 400 }, {}, { path: '/x', status: 404 }), ['/x']);
    const ignore = (): never => {
      throw new Error('x');
    };
    assert.deepEqual(paths({ ignore }, {}), ['/users/5']);
  });

  test('are those that are not sampled, and never failures', (t) => {
    const values = [0.2, 0.3, 0.9];
    t.mock.method(Math, 'random', () => values.shift() ?? 1);
    const given = [200, 201, 202, 400, 500].map((status) => ({ status }));
    assert.deepEqual(
      lines({ sample: 0.3 }, ...given).values.map(({ status }) => status),
      [200, 400, 500],
    );
    assert.deepEqual(
      lines({ sample: 0 }, ...given).values.map(({ status }) => status),
      [400, 500],
    );
  });
});

describe('as morgan', () => {
  interface Case {
    readonly url?: string;
    readonly method?: string;
    readonly fields?: Record<string, string>;
    readonly httpVersion?: '1.0' | '1.1';
    readonly status?: number;
    readonly bytes?: number;
    readonly ip?: string;
  }

  const cases: Readonly<Record<string, Case>> = {
    'a request': {},
    'a query': { url: '/users/5?a=1&b=%22' },
    'HTTP/1.0': { httpVersion: '1.0' },
    'another method and status': { method: 'DELETE', status: 404 },
    'an answer without content': { status: 204, bytes: 0 },
    'an address of IPv6': { ip: '::ffff:127.0.0.1' },
    'no address': { ip: '' },
    'referrer and agent': { fields: { referer: 'https://a.example/x', 'user-agent': 'Mozilla/5.0 (X11)' } },
    'the other spelling of referrer': { fields: { referrer: 'https://a.example/x' } },
    'quotes, backslashes and controls': {
      url: '/a"b\\c',
      fields: { referer: 'x" 200 "', 'user-agent': 'a\tb\u0001\u007f\u009b\u2028\\"é漢\b\f\n\r' },
    },
    'basic credentials': { fields: { authorization: `Basic ${btoa('ada:secret')}` } },
    'a name in quotes': { fields: { authorization: `bASIC ${btoa('a"da b:secret:x')} ` } },
    'a name with a line break': { fields: { authorization: `Basic ${btoa('a\nb:x')}` } },
    'an empty name': { fields: { authorization: `Basic ${btoa(':secret')}` } },
    'credentials without a colon': { fields: { authorization: `Basic ${btoa('ada')}` } },
    'other credentials': { fields: { authorization: 'Bearer abc' } },
    'credentials that are none': { fields: { authorization: 'Basic !!!' } },
  };

  /** What morgan writes of the same. */
  function byMorgan(format: 'common' | 'combined', given: Required<Case>): string {
    const written = new Lines();
    const response = Object.assign(new EventEmitter(), {
      statusCode: given.status,
      headersSent: true,
      finished: true,
      writeHead: () => undefined,
      getHeader: (name: string) => (name === 'content-length' && given.bytes > 0 ? String(given.bytes) : undefined),
    });
    const [httpVersionMajor, httpVersionMinor] = given.httpVersion.split('.').map(Number);
    const request = Object.assign(new EventEmitter(), {
      method: given.method,
      url: given.url,
      headers: given.fields,
      httpVersionMajor,
      httpVersionMinor,
      connection: { remoteAddress: given.ip },
    });
    const middleware = morgan(format, { stream: written, immediate: true } as object);
    middleware(request as unknown as IncomingMessage, response as unknown as ServerResponse, () => undefined);
    return written.texts.join('');
  }

  for (const [name, given] of Object.entries(cases)) {
    for (const format of ['common', 'combined'] as const) {
      test(`${format}: ${name}`, (t) => {
        t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2024, 1, 3, 4, 5, 6) });
        const all = {
          url: '/x',
          method: 'GET',
          fields: {},
          httpVersion: '1.1',
          status: 200,
          bytes: 5,
          ip: '10.0.0.1',
          ...given,
        } as const;
        const { url, method, fields, httpVersion, status, bytes, ip } = all;
        const [path = ''] = url.split('?');
        const written = lines(
          { format, query: 'keep' },
          { request: requested(url, fields, httpVersion), method, path, status, bytes, ip },
        );
        assert.deepEqual(written.texts, [byMorgan(format, all)]);
      });
    }
  }

  test('an answer without a context has what the event tells', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 0 });
    const written = lines({ format: 'combined' }, { status: 400, path: '', method: '', bytes: 0 });
    assert.deepEqual(written.texts, ['10.0.0.1 - - [01/Jan/1970:00:00:00 +0000] "- - HTTP/1.1" 400 - "-" "-"\n']);
  });

  test('lines that are no JSON have a destination of their own', () => {
    const own = new Lines();
    const written = lines({ format: 'common', destination: own }, {});
    assert.deepEqual([written.texts.length, own.texts.length], [0, 1]);
  });
});

test('header fields that hold secrets are hidden from another logger, too', () => {
  const written: unknown[] = [];
  const keep = (fields: unknown): void => void written.push(fields);
  const other = { child: () => other, debug: keep, info: keep, warn: keep, error: keep } as unknown as Logger;
  const access = new AccessLog(() => other, { headers: ['Authorization', 'Accept'] });
  const request = requested('/', { authorization: 'Bearer secret', accept: '*/*' });
  access.note(request as Parameters<AccessLog['note']>[0]);
  access.log({ ...event, context: request as ResponseEvent['context'] });
  const [{ headers }] = written as [{ headers: unknown }];
  assert.deepEqual(headers, { authorization: '[Redacted]', accept: '*/*' });
});
