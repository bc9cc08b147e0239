// Cookies that a client cannot forge, and those that browsers would not keep; parsing held against the package `cookie`.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';

import { parseCookie } from 'cookie';

import { CookieKeys } from '../../js/http/cookie-keys.ts';
import { parseCookies, serializeCookie } from '../../js/http/cookies.ts';
import { createApp } from '../../js/index.ts';
import { open, transports } from '../harness/server.ts';

import type { AnswerCookieOptions } from '../../js/index.ts';

const OLD = 'the old secret, of thirty-two bytes or more';
const NEW = 'the new secret, of thirty-two bytes or more';
const VALUES = ['', 'a', 'a.b.c', 'é☃', 'x'.repeat(1000), '{"id":7}', 'a=b; c', '%41'];

/** Every text that differs from another in one place. */
function* tampered(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    const other = text[at] === 'A' ? 'B' : 'A';
    yield text.slice(0, at) + other + text.slice(at + 1);
    yield text.slice(0, at) + text.slice(at + 1);
  }
  yield `${text}A`;
  yield `A${text}`;
  yield '';
  yield '.';
}

describe('CookieKeys', () => {
  const keys = new CookieKeys({ keys: [NEW] });

  for (const [kind, make, read] of [
    ['signed', 'sign', 'verify'],
    ['encrypted', 'encrypt', 'decrypt'],
  ] as const) {
    test(`a ${kind} value comes back as it was`, () => {
      for (const value of VALUES) assert.equal(keys[read]('a', keys[make]('a', value)), value);
    });

    test(`a ${kind} value that was changed anywhere does not`, () => {
      const made = keys[make]('id', 'user-7.x');
      for (const other of tampered(made)) assert.equal(keys[read]('id', other), undefined, other);
    });

    test(`a ${kind} value is that of its cookie only`, () => {
      assert.equal(keys[read]('b', keys[make]('a', 'x')), undefined);
      assert.equal(keys[read]('a=b', keys[make]('a', 'b=x')), undefined);
    });

    test(`a ${kind} value of an old key is read while the key is there, and new ones are of the new key`, () => {
      const before = new CookieKeys({ keys: [OLD] })[make]('a', 'x');
      const rotated = new CookieKeys({ keys: [NEW, OLD] });
      assert.equal(rotated[read]('a', before), 'x');
      assert.equal(keys[read]('a', before), undefined);
      assert.equal(keys[read]('a', rotated[make]('a', 'y')), 'y');
    });
  }

  test('an encrypted value shows nothing, and is another each time', () => {
    const once = keys.encrypt('a', 'secret');
    assert.notEqual(once, keys.encrypt('a', 'secret'));
    assert.equal(Buffer.from(once, 'base64url').includes('secret'), false);
  });

  test('a signature is none of the secret itself, and a signed value is not an encrypted one', () => {
    const plain = createHmac('sha256', NEW).update('a=x').digest('base64url');
    assert.notEqual(keys.sign('a', 'x'), `x.${plain}`);
    assert.equal(keys.decrypt('a', keys.sign('a', 'x')), undefined);
    assert.equal(keys.verify('a', keys.encrypt('a', 'x')), undefined);
  });

  for (const [name, cookies] of Object.entries<unknown>({
    'no keys': {},
    'an empty list': { keys: [] },
    'a list that is none': { keys: NEW },
    'a short secret': { keys: ['hunter2'] },
    'a number': { keys: [7] },
    'seventeen keys': { keys: Array.from({ length: 17 }, () => NEW) },
    'an unknown option': { keys: [NEW], algorithm: 'none' },
  })) {
    test(`refuses ${name}, and tells no secret`, () => {
      assert.throws(
        () => createApp({ cookies: cookies as { keys: string[] } }),
        (error: Error & { code?: string }) =>
          error.code === 'ERR_NEXURE_OPTION_INVALID' && !error.message.includes('hunter2'),
      );
    });
  }
});

describe('the limits of browsers', () => {
  test('a pair of 4096 bytes is sent, one of 4097 is refused with its size', () => {
    assert.equal(serializeCookie('a', 'x'.repeat(4095)).length, 4097);
    assert.throws(() => serializeCookie('a', 'x'.repeat(4096)), {
      code: 'ERR_NEXURE_COOKIE_INVALID',
      message: /4097 bytes/,
    });
    assert.throws(() => serializeCookie('a', '☃'.repeat(500)), /4501 bytes/);
    assert.throws(() => serializeCookie('a', 'x', { path: `/${'p'.repeat(1024)}` }), /1024/);
  });

  for (const [name, options] of Object.entries<AnswerCookieOptions>({
    "sameSite 'none' that is not secure": { sameSite: 'none' },
    'partitioned that is not secure': { partitioned: true },
    'signed without keys': { signed: true },
    'encrypted without keys': { encrypted: true },
  })) {
    test(`refuses a cookie that is ${name}`, async (t) => {
      const { ask } = await open(t, 'inject', (app) => {
        app.get('/', (ctx) => ctx.response.cookie('a', 'b', options).end());
      });
      const answer = await ask('/');
      assert.equal(answer.status, 500);
      assert.match(String((answer.json() as { code: string }).code), /^ERR_NEXURE_COOKIE_(INVALID|KEYS)$/);
    });
  }
});

test('reads 3000 mutated fields as the package `cookie` does', () => {
  const pieces = [
    'a',
    'b=',
    '=',
    ';',
    ' ',
    '; ',
    'a=1',
    'c="q"',
    '%20',
    '%zz',
    '\t',
    'é',
    '__proto__=x',
    'a=2',
    ',',
    '"',
  ];
  let state = 5;
  for (let round = 0; round < 3000; round += 1) {
    let field = '';
    for (let left = 8; left > 0; left -= 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      field += pieces[state % pieces.length];
    }
    assert.deepEqual({ ...parseCookies(field) }, { ...parseCookie(field) }, JSON.stringify(field));
  }
});

for (const transport of transports) {
  test(`signed and encrypted cookies go out and come back over ${transport}`, async (t) => {
    const { ask } = await open(
      t,
      transport,
      (app) => {
        app.get('/set', (ctx) => {
          const options = { httpOnly: true, secure: true, path: '/' } as const;
          ctx.response.cookie('signed', 'user 7', { ...options, signed: true });
          ctx.response.cookie('__Host-secret', 'é;=', { ...options, encrypted: true });
        });
        app.get('/get', ({ request }) => [
          request.signedCookie('signed'),
          request.encryptedCookie('__Host-secret'),
          request.signedCookie('none') ?? null,
        ]);
      },
      { cookies: { keys: [NEW, OLD] } },
    );
    const set = (await ask('/set')).fields.get('set-cookie') ?? [];
    const cookies = set.map((line) => line.split(';', 1)[0] ?? '');
    assert.equal(cookies.length, 2);
    assert.equal(cookies[1]?.includes('é'), false);
    const answer = await ask('/get', { headers: { Cookie: cookies.join('; ') } });
    assert.deepEqual(answer.json(), ['user 7', 'é;=', null]);
    const forged = await ask('/get', { headers: { Cookie: cookies.join('; ').replace('user', 'root') } });
    assert.deepEqual(forged.json(), [null, 'é;=', null]);
  });
}
