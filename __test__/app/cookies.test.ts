// Cookies: read from the request, set with the answer.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseCookies, serializeCookie } from '../../js/http/cookies.ts';
import { open, transports } from '../harness/server.ts';

const PARSED: Record<string, [field: string, cookies: Record<string, string>]> = {
  'a pair': ['a=b', { a: 'b' }],
  'several pairs with and without blanks': ['a=b;c=d; e=f ;\tg=h', { a: 'b', c: 'd', e: 'f', g: 'h' }],
  'an equals sign in a value': ['a=b=c', { a: 'b=c' }],
  'a pair without an equals sign': ['a; b=c', { b: 'c' }],
  'an empty value': ['a=; b=c', { a: '', b: 'c' }],
  'a name that repeats': ['a=1; a=2', { a: '1' }],
  'an escape': ['a=%C3%A9', { a: 'é' }],
  'an escape that is none': ['a=%zz; b=%ff', { a: '%zz', b: '%ff' }],
  'names of the prototype': ['__proto__=1; toString=2', JSON.parse('{"__proto__":"1","toString":"2"}')],
};

describe('parseCookies', () => {
  for (const [name, [field, cookies]] of Object.entries(PARSED)) {
    test(`reads ${name}`, () => {
      assert.deepEqual(Object.entries(parseCookies(field)), Object.entries(cookies));
    });
  }

  test('reads no more than 1000 cookies', () => {
    const field = Array.from({ length: 5000 }, (_, n) => `c${n}=x`).join(';');
    assert.equal(Object.keys(parseCookies(field)).length, 1000);
  });
});

describe('serializeCookie', () => {
  test('writes every attribute', () => {
    const line = serializeCookie('__Host-a', 'b c;é', {
      maxAge: 60,
      path: '/',
      expires: new Date(0),
      httpOnly: true,
      secure: true,
      partitioned: true,
      priority: 'high',
      sameSite: 'lax',
    });
    assert.equal(
      line,
      '__Host-a=b%20c%3B%C3%A9; Max-Age=60; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; Partitioned; Priority=High; SameSite=Lax',
    );
  });

  for (const [name, give] of Object.entries({
    'an empty name': () => serializeCookie('', 'x'),
    'a name with a semicolon': () => serializeCookie('a;b', 'x'),
    'a name with a line break': () => serializeCookie('a\r\nb', 'x'),
    'a path with a semicolon': () => serializeCookie('a', 'x', { path: '/;b' }),
    'a domain with a blank': () => serializeCookie('a', 'x', { domain: 'a b' }),
    'a date that is none': () => serializeCookie('a', 'x', { expires: new Date(NaN) }),
    'a fraction of a second': () => serializeCookie('a', 'x', { maxAge: 1.5 }),
    'a date of five digits': () => serializeCookie('a', 'x', { expires: new Date(8.64e15) }),
    'a number of seconds that is written with an exponent': () => serializeCookie('a', 'x', { maxAge: 1e21 }),
    'half of a surrogate pair': () => serializeCookie('a', '\ud800'),
    'a __Host- cookie with a domain': () =>
      serializeCookie('__Host-a', 'x', { secure: true, path: '/', domain: 'a.b' }),
    'a __Secure- cookie that is not': () => serializeCookie('__Secure-a', 'x'),
  })) {
    test(`refuses ${name}`, () => assert.throws(give, { code: 'ERR_NEXURE_COOKIE_INVALID' }));
  }
});

for (const transport of transports) {
  test(`ctx.request.cookies and ctx.response.cookie over ${transport}`, async (t) => {
    const { ask } = await open(t, transport, (app) => {
      app.get('/', (ctx) =>
        ctx.response
          .cookie('seen', 'yes')
          .clearCookie('old')
          .send({ ...ctx.request.cookies }),
      );
    });
    const answer = await ask('/', { headers: { Cookie: 'a=1; b=%20' } });
    assert.deepEqual(JSON.parse(answer.text()), { a: '1', b: ' ' });
    assert.deepEqual(answer.fields.get('set-cookie'), [
      'seen=yes',
      'old=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ]);
  });
}
