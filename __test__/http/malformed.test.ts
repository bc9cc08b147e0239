// Bytes that are no request: one answer that says so, and the end of the connection (RFC 9112 §§2-7, RFC 9110 §15.5).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { serve, socketTransports } from '../harness/server.ts';

const HOST = 'Host: a\r\n';
const BIG = 'x'.repeat(20_000);
const CHUNKED = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;

/** Status, code, and the requests that are answered so. */
const TABLE: readonly (readonly [status: number, code: string, requests: Readonly<Record<string, string>>])[] = [
  [
    400,
    'ERR_NEXURE_HTTP_MALFORMED',
    {
      'a bare LF behind the request line': `GET / HTTP/1.1\n${HOST}\r\n`,
      'a bare LF behind a field': `GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n`,
      'a bare LF behind the last field': `GET / HTTP/1.1\r\nHost: a\n\r\n`,
      'a bare LF for the empty line': `GET / HTTP/1.1\r\n${HOST}\n`,
      'bare LFs everywhere': 'GET / HTTP/1.1\nHost: a\n\n',
      'a bare CR in a value': `GET / HTTP/1.1\r\n${HOST}X: a\rb\r\n\r\n`,
      'a bare CR in the request line': `GET /\r HTTP/1.1\r\n${HOST}\r\n`,
      'obs-fold': `GET / HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`,
      'obs-fold with a tab': `GET / HTTP/1.1\r\n${HOST}X: a\r\n\tb\r\n\r\n`,
      'a folded first field': `GET / HTTP/1.1\r\n Host: a\r\n\r\n`,
      'space before the colon': 'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
      'space before the colon of Content-Length': `POST / HTTP/1.1\r\n${HOST}Content-Length : 3\r\n\r\nabc`,
      'a field without a colon': `GET / HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`,
      'a field without a name': `GET / HTTP/1.1\r\n${HOST}: a\r\n\r\n`,
      'a name that is no token': `GET / HTTP/1.1\r\n${HOST}X(y): a\r\n\r\n`,
      'a name with obs-text': `GET / HTTP/1.1\r\n${HOST}X\xff: a\r\n\r\n`,
      'a NUL in a value': `GET / HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`,
      'a control character in a value': `GET / HTTP/1.1\r\n${HOST}X: a\x07b\r\n\r\n`,
      'a NUL in the target': `GET /\0 HTTP/1.1\r\n${HOST}\r\n`,
      'obs-text in the target': `GET /\xe4 HTTP/1.1\r\n${HOST}\r\n`,
      'a space in the target': `GET /a b HTTP/1.1\r\n${HOST}\r\n`,
      'a fragment in the target': `GET /a#b HTTP/1.1\r\n${HOST}\r\n`,
      'a relative target': `GET a HTTP/1.1\r\n${HOST}\r\n`,
      'an empty target': `GET  HTTP/1.1\r\n${HOST}\r\n`,
      '`*` for GET': `GET * HTTP/1.1\r\n${HOST}\r\n`,
      'an absolute target without a host': `GET http:///a HTTP/1.1\r\n${HOST}\r\n`,
      'an absolute target with userinfo': `GET http://u@h/a HTTP/1.1\r\n${HOST}\r\n`,
      'an absolute target of another scheme': `GET ftp://h/a HTTP/1.1\r\n${HOST}\r\n`,
      'no version': `GET /\r\n${HOST}\r\n`,
      'a version of another protocol': `GET / HTCPCP/1.0\r\n${HOST}\r\n`,
      'a lower-case version': `GET / http/1.1\r\n${HOST}\r\n`,
      'a method that is no token': `G(T / HTTP/1.1\r\n${HOST}\r\n`,
      'a space before the method': ` GET / HTTP/1.1\r\n${HOST}\r\n`,
      'three empty lines first': `\r\n\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`,
      'a TLS handshake': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
      'an answer': 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    },
  ],
  [
    400,
    'ERR_NEXURE_HTTP_HOST',
    {
      'no Host': 'GET / HTTP/1.1\r\nX: y\r\n\r\n',
      'two Hosts': `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`,
      'two Hosts that differ in case': `GET / HTTP/1.1\r\n${HOST}HOST: b\r\n\r\n`,
      'two Hosts in HTTP/1.0': `GET / HTTP/1.0\r\n${HOST}${HOST}\r\n`,
      'a Host with a path': 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n',
      'a Host with userinfo': 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n',
      'a Host with a space': 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
      'a Host with a query': 'GET / HTTP/1.1\r\nHost: a?b\r\n\r\n',
      'an empty Host': 'GET / HTTP/1.1\r\nHost:\r\n\r\n',
      'a Host with a comma': 'GET / HTTP/1.1\r\nHost: a,b\r\n\r\n',
      'a Host with obs-text': 'GET / HTTP/1.1\r\nHost: \xe4\r\n\r\n',
    },
  ],
  [
    400,
    'ERR_NEXURE_HTTP_FRAMING',
    {
      'a second Content-Length': `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
      'the same Content-Length twice': `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
      'a list of lengths': `POST / HTTP/1.1\r\n${HOST}Content-Length: 3, 3\r\n\r\nabc`,
      'a negative length': `POST / HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`,
      'a signed length': `POST / HTTP/1.1\r\n${HOST}Content-Length: +3\r\n\r\nabc`,
      'a hexadecimal length': `POST / HTTP/1.1\r\n${HOST}Content-Length: 0x3\r\n\r\nabc`,
      'a fraction for a length': `POST / HTTP/1.1\r\n${HOST}Content-Length: 3.0\r\n\r\nabc`,
      'leading zeros in a length': `POST / HTTP/1.1\r\n${HOST}Content-Length: 03\r\n\r\nabc`,
      'an empty length': `POST / HTTP/1.1\r\n${HOST}Content-Length:\r\n\r\n`,
      'a length above 2^53 - 1': `POST / HTTP/1.1\r\n${HOST}Content-Length: 9007199254740992\r\n\r\n`,
      'a length beyond 64 bits': `POST / HTTP/1.1\r\n${HOST}Content-Length: 18446744073709551617\r\n\r\na`,
      'Content-Length and Transfer-Encoding': `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      'Transfer-Encoding and Content-Length': `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
      'a coding that is not chunked': `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip\r\n\r\n`,
      identity: `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: identity\r\n\r\n`,
      'gzip and chunked': `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      'chunked that is not last': `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
      'chunked twice': `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      'chunked with a parameter': `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n`,
      'chunked behind a vertical tab': `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
      'an empty coding': `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding:\r\n\r\n0\r\n\r\n`,
      'chunked in HTTP/1.0': `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    },
  ],
  [
    400,
    'ERR_NEXURE_HTTP_CHUNKED',
    {
      'a chunk size that is no number': `${CHUNKED}zz\r\n`,
      'an empty chunk size': `${CHUNKED}\r\n`,
      'a negative chunk size': `${CHUNKED}-1\r\n`,
      'a chunk size with a prefix': `${CHUNKED}0x3\r\nabc\r\n0\r\n\r\n`,
      'a space before a chunk size': `${CHUNKED} 3\r\nabc\r\n0\r\n\r\n`,
      'a space behind a chunk size': `${CHUNKED}3 \r\nabc\r\n0\r\n\r\n`,
      'a chunk size of 17 digits': `${CHUNKED}00000000000000003\r\nabc\r\n0\r\n\r\n`,
      'a bare LF behind a chunk size': `${CHUNKED}3\nabc\r\n0\r\n\r\n`,
      'a bare LF in an extension': `${CHUNKED}3;a\nabc\r\n0\r\n\r\n`,
      'content beyond its chunk': `${CHUNKED}3\r\nabcd\r\n0\r\n\r\n`,
      'a bare LF behind a chunk': `${CHUNKED}3\r\nabc\n0\r\n\r\n`,
      'a trailer with a space before its colon': `${CHUNKED}0\r\nX : y\r\n\r\n`,
      'a folded trailer': `${CHUNKED}0\r\nX: y\r\n z\r\n\r\n`,
      'a bare LF at the end': `${CHUNKED}0\r\n\n`,
      'an extension above its limit': `${CHUNKED}3;${'x'.repeat(300)}\r\n`,
    },
  ],
  [413, 'ERR_NEXURE_BODY_TOO_LARGE', { 'a chunk size beyond 64 bits': `${CHUNKED}ffffffffffffffff\r\n` }],
  [
    431,
    'ERR_NEXURE_HTTP_HEAD_TOO_LARGE',
    {
      'a field above maxHeadBytes': `GET / HTTP/1.1\r\n${HOST}X: ${BIG}\r\n\r\n`,
      'a field above maxHeadBytes that does not end': `GET / HTTP/1.1\r\n${HOST}X: ${BIG}`,
      'more fields than maxHeaderFields': `GET / HTTP/1.1\r\n${HOST}${'X: y\r\n'.repeat(100)}\r\n`,
    },
  ],
  [
    431,
    'ERR_NEXURE_HTTP_TRAILERS_TOO_LARGE',
    {
      'a trailer above 8 KiB': `${CHUNKED}0\r\nX: ${'y'.repeat(9000)}\r\n\r\n`,
      'more than 32 trailers': `${CHUNKED}0\r\n${'X: y\r\n'.repeat(33)}\r\n`,
    },
  ],
  [
    414,
    'ERR_NEXURE_HTTP_TARGET_TOO_LONG',
    {
      'a target above maxTargetBytes': `GET /${'a'.repeat(8192)} HTTP/1.1\r\n${HOST}\r\n`,
      'a target that does not end': `GET /${'a'.repeat(9000)}`,
    },
  ],
  [
    501,
    'ERR_NEXURE_HTTP_METHOD_UNKNOWN',
    {
      'a method nobody knows': `BREW / HTTP/1.1\r\n${HOST}\r\n`,
      'a lower-case method': `get / HTTP/1.1\r\n${HOST}\r\n`,
    },
  ],
  [405, 'ERR_NEXURE_HTTP_TRACE', { TRACE: `TRACE / HTTP/1.1\r\n${HOST}\r\n` }],
  [
    405,
    'ERR_NEXURE_HTTP_CONNECT',
    {
      CONNECT: `CONNECT a:80 HTTP/1.1\r\n${HOST}\r\n`,
    },
  ],
  [
    505,
    'ERR_NEXURE_HTTP_VERSION',
    {
      'HTTP/2.0': `GET / HTTP/2.0\r\n${HOST}\r\n`,
      'HTTP/1.2': `GET / HTTP/1.2\r\n${HOST}\r\n`,
      'HTTP/0.9': `GET / HTTP/0.9\r\n${HOST}\r\n`,
      'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    },
  ],
  [
    417,
    'ERR_NEXURE_HTTP_EXPECTATION',
    {
      'another expectation': `POST / HTTP/1.1\r\n${HOST}Expect: 200-ok\r\nContent-Length: 3\r\n\r\nabc`,
      'two expectations in one': `POST / HTTP/1.1\r\n${HOST}Expect: 100-continue, x\r\nContent-Length: 3\r\n\r\nabc`,
    },
  ],
];

for (const transport of socketTransports) {
  describe(`malformed requests over ${transport}`, () => {
    for (const [status, code, requests] of TABLE) {
      for (const [name, request] of Object.entries(requests)) {
        test(`rejects ${name} with ${status} and closes`, async (t) => {
          let ran = 0;
          const { app, connect } = await serve(t, transport, (it) => {
            it.all('/*', () => {
              ran += 1;
            });
          });
          const client = await connect();
          // What follows must never be taken for a request.
          client.write(request.endsWith('\n') ? `${request}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n` : request);
          const answers = await client.closed();
          assert.equal(answers.length, 1);
          const [answer] = answers;
          assert.equal(answer?.status, status, answer?.text());
          assert.equal((answer.json() as { code: string }).code, code);
          assert.equal(answer.field('content-type'), 'application/problem+json');
          assert.equal(answer.field('connection'), 'close');
          assert.equal(ran, 0);
          assert.equal(app.getMetrics().http.requests.refused, 1);
        });
      }
    }

    for (const [name, fields] of Object.entries({
      'a Host with a port': 'Host: a:80\r\n',
      'an IPv6 Host': 'Host: [::1]:80\r\n',
      'obs-text in a value': 'Host: a\r\nX: \xe4\xff\r\n',
      'an empty value': 'Host: a\r\nX:\r\n',
      'tabs around a value': 'Host: a\r\nX:\t y\t \r\n',
      '100 fields': `Host: a\r\n${'X: y\r\n'.repeat(99)}`,
      'a field of nearly 16 KiB': `Host: a\r\nX: ${'y'.repeat(16_300)}\r\n`,
      'Content-Length: 0': 'Host: a\r\nContent-Length: 0\r\n',
    })) {
      test(`takes ${name}`, async (t) => {
        const { connect } = await serve(t, transport, (app) => {
          app.get('/', () => 'taken');
        });
        const client = await connect();
        client.write(`GET / HTTP/1.1\r\n${fields}\r\n`);
        assert.equal((await client.answer()).text(), 'taken');
      });
    }
  });
}
