// Clients behind proxies: who is believed, held against the package `proxy-addr`.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import proxyAddr from 'proxy-addr';

import { isInBlocks, parseAddress, parseBlocks } from '../../js/http/addresses.ts';
import { originOf, parseForwarded, resolveTrust } from '../../js/http/proxies.ts';
import { createApp } from '../../js/index.ts';
import { open, serve, socketTransports } from '../harness/server.ts';

import type { IncomingMessage } from 'node:http';
import type { ForwardingFields, TrustProxy } from '../../js/index.ts';

const ADDRESSES = [
  '127.0.0.1',
  '127.1.2.3',
  '10.0.0.1',
  '10.255.0.9',
  '172.16.0.1',
  '172.32.0.1',
  '192.168.1.1',
  '169.254.7.7',
  '8.8.8.8',
  '203.0.113.9',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  'fe80::1',
  'fc00::1',
  'fd12:3456::1',
  '2001:db8::1',
  '2001:db8:1::1',
];
const TRUSTED = [
  'loopback',
  'linklocal',
  'uniquelocal',
  '10.0.0.0/8',
  '10.0.0.0/9',
  '8.8.8.8',
  '2001:db8::/32',
  '2001:db8::/47',
  'fe80::/10',
  '203.0.113.0/24',
  '::1',
  '::ffff:10.0.0.0/104',
  '::ffff:8.8.8.8',
  '192.168.0.0/17',
];

function fieldsOf(fields: Record<string, string>): (name: string) => string | undefined {
  return (name) => fields[name];
}

function origin(
  peer: string | undefined,
  trust: TrustProxy,
  fields: Record<string, string>,
  kind: ForwardingFields = 'x-forwarded',
): { ip: string | undefined; ips: readonly string[]; protocol: string | undefined; host: string | undefined } {
  const resolved = resolveTrust(trust);
  if (resolved === undefined) return { ip: peer, ips: [], protocol: undefined, host: undefined };
  return originOf(peer, resolved, kind, fieldsOf(fields));
}

describe('trust in proxies', () => {
  test('finds the same client as proxy-addr in 5000 chains', () => {
    let state = 11;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 5000; round += 1) {
      const chain = Array.from({ length: next(5) }, () => ADDRESSES[next(ADDRESSES.length)] as string);
      const peer = ADDRESSES[next(ADDRESSES.length)] as string;
      const blocks = [...new Set(Array.from({ length: 1 + next(3) }, () => TRUSTED[next(TRUSTED.length)] as string))];
      const hops = next(4);
      const trust: TrustProxy = next(4) === 0 ? hops : blocks;
      const headers = chain.length === 0 ? {} : { 'x-forwarded-for': chain.join(next(2) === 0 ? ',' : ' , ') };
      const request = { headers, socket: { remoteAddress: peer } } as unknown as IncomingMessage;
      const theirs = typeof trust === 'number' ? (_: string, hop: number): boolean => hop < trust : blocks;
      const about = `${peer} <- ${chain.join(' <- ')} trusting ${String(trust)}`;
      const found = origin(peer, trust, headers);
      assert.equal(found.ip, proxyAddr(request, theirs), about);
      assert.deepEqual([peer, ...found.ips.toReversed()], proxyAddr.all(request, theirs), about);
    }
  });

  const SPOOFED = { 'x-forwarded-for': '1.1.1.1, 2.2.2.2', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil' };

  test('trusts nobody by default, and nobody that is not named', () => {
    for (const trust of [false, 0, [], 'linklocal', '10.0.0.0/8', () => false] as const) {
      assert.deepEqual(origin('127.0.0.1', trust, SPOOFED), {
        ip: '127.0.0.1',
        ips: [],
        protocol: undefined,
        host: undefined,
      });
    }
  });

  test('a client cannot put itself behind a trusted proxy by naming further ones', () => {
    // The proxy adds what it saw at the end; what stands before that is the client's invention.
    const fields = { 'x-forwarded-for': '9.9.9.9, 127.0.0.1, 6.6.6.6', 'x-forwarded-proto': 'https, http' };
    assert.deepEqual(origin('10.0.0.1', '10.0.0.0/8', fields), {
      ip: '6.6.6.6',
      ips: ['6.6.6.6'],
      protocol: 'http',
      host: undefined,
    });
  });

  for (const [name, entry, ip] of [
    ['an address with a port', '1.2.3.4:5678', '1.2.3.4'],
    ['an IPv6 address in brackets', '[2001:db8::7]:80', '2001:db8::7'],
    ['no address at all', 'unknown', '127.0.0.1'],
    ['a script', '<script>', '127.0.0.1'],
    ['nothing', '', '127.0.0.1'],
  ] as const) {
    test(`an entry of ${name} gives ${ip}`, () => {
      assert.equal(origin('127.0.0.1', 'loopback', { 'x-forwarded-for': entry }).ip, ip);
    });
  }

  for (const [name, fields, host] of [
    ['a host', { 'x-forwarded-host': 'example.org' }, 'example.org'],
    ['a host and its port', { 'x-forwarded-host': 'example.org:8443' }, 'example.org:8443'],
    ['a port beside it', { 'x-forwarded-host': 'example.org', 'x-forwarded-port': '8443' }, 'example.org:8443'],
    ['the usual port', { 'x-forwarded-host': 'a.b', 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' }, 'a.b'],
    ['a host that is none', { 'x-forwarded-host': 'a/b' }, undefined],
    ['a host with a line break', { 'x-forwarded-host': 'a\r\nb' }, undefined],
    ['several hosts of one proxy', { 'x-forwarded-host': 'evil, good' }, 'good'],
  ] as const) {
    test(`reads ${name} as ${host}`, () => assert.equal(origin('::1', 'loopback', fields).host, host));
  }

  test('reads Forwarded when the proxies write it, and only then', () => {
    const fields = {
      forwarded: 'for=9.9.9.9;proto=http, for="[2001:db8::7]:4711";proto=https;host="example.org:8080";by=_gateway',
      'x-forwarded-for': '6.6.6.6',
    };
    assert.deepEqual(origin('127.0.0.1', 1, fields, 'forwarded'), {
      ip: '2001:db8::7',
      ips: ['2001:db8::7'],
      protocol: 'https',
      host: 'example.org:8080',
    });
    assert.equal(origin('127.0.0.1', 1, fields).ip, '6.6.6.6');
  });

  for (const [field, elements] of [
    ['for=1.2.3.4', [{ for: '1.2.3.4' }]],
    ['FOR=1.2.3.4; Proto=https ,for=_x', [{ for: '1.2.3.4', proto: 'https' }, { for: '_x' }]],
    ['for="a\\"b,;";host=c', [{ for: 'a"b,;', host: 'c' }]],
    [', ,for=1.2.3.4;;', [{ for: '1.2.3.4' }]],
    ['for=1.2.3.4;for=5.6.7.8', []],
    ['for="1.2.3.4', []],
    ['for', []],
    ['for=a b', []],
    ['', []],
    ['other=x;for=y', [{ for: 'y' }]],
  ] as const) {
    test(`reads the Forwarded field ${JSON.stringify(field)}`, () => assert.deepEqual(parseForwarded(field), elements));
  }

  test('follows no more than 64 hops', () => {
    let asked = 0;
    const trust = (): boolean => (asked += 1) > 0;
    const fields = { 'x-forwarded-for': Array.from({ length: 5000 }, () => '127.0.0.1').join(',') };
    origin('127.0.0.1', trust, fields);
    assert.equal(asked, 64);
  });

  for (const [name, option] of Object.entries<unknown>({
    true: true,
    'a host name': 'proxy.local',
    'a block of everything': '0.0.0.0/0',
    'a mask of too many bits': '10.0.0.0/33',
    'a netmask': '10.0.0.0/255.0.0.0',
    'a negative number': -1,
    'a fraction': 1.5,
    'an array with a number': [1],
    'an object': {},
    null: null,
  })) {
    test(`refuses ${name} at start`, () => {
      assert.throws(() => createApp({ server: { trustProxy: option as TrustProxy } }), {
        code: 'ERR_NEXURE_OPTION_INVALID',
        message: /server\.trustProxy/,
      });
    });
  }

  test('says why true is refused', () => {
    assert.throws(() => createApp({ server: { trustProxy: true as unknown as TrustProxy } }), /choose its own address/);
  });
});

describe('addresses', () => {
  for (const [text, hex] of [
    ['1.2.3.4', '01020304'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['1::', '00010000000000000000000000000000'],
    ['2001:db8::ff00:42:8329', '20010db8000000000000ff0000428329'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
    ['::ffff:1.2.3.4', '01020304'],
    ['::ffff:102:304', '01020304'],
    ['64:ff9b::1.2.3.4', '0064ff9b000000000000000001020304'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ] as const) {
    test(`reads ${text}`, () => assert.equal(Buffer.from(parseAddress(text) ?? []).toString('hex'), hex));
  }

  test('reads nothing else', () => {
    for (const text of ['', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.256', ':::', '1::2::3', 'x', '1.2.3.4/8']) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });

  test('a block of mapped addresses is one of IPv4 addresses', () => {
    const blocks = parseBlocks('::ffff:10.0.0.0/104') ?? [];
    assert.equal(isInBlocks('10.1.2.3', blocks), true);
    assert.equal(isInBlocks('11.1.2.3', blocks), false);
  });
});

for (const transport of socketTransports) {
  test(`ctx.request tells what trusted proxies tell over ${transport}`, async (t) => {
    const { ask } = await serve(
      t,
      transport,
      (app) => {
        app.get('/', ({ request: { ip, ips, protocol, secure, host, hostname, subdomains, href } }) => ({
          ip,
          ips,
          protocol,
          secure,
          host,
          hostname,
          subdomains,
          href,
        }));
      },
      { server: { trustProxy: 'loopback' } },
    );
    const headers = {
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'a.b.example.org:8443',
    };
    assert.deepEqual((await ask('/?x=1', { headers })).json(), {
      ip: '203.0.113.9',
      ips: ['203.0.113.9'],
      protocol: 'https',
      secure: true,
      host: 'a.b.example.org:8443',
      hostname: 'a.b.example.org',
      subdomains: ['b', 'a'],
      href: 'https://a.b.example.org:8443/?x=1',
    });
  });
}

test("without trust, forwarding fields are the client's word and change nothing", async (t) => {
  const { ask } = await open(t, 'uv', (app) => {
    app.get('/', ({ request: { ip, ips, protocol, host } }) => ({ ip, ips, protocol, host }));
  });
  const headers = {
    'X-Forwarded-For': '1.1.1.1',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'evil',
    Forwarded: 'for=1.1.1.1',
  };
  assert.deepEqual((await ask('/', { headers })).json(), { ip: '127.0.0.1', ips: [], protocol: 'http', host: 'test' });
});

describe('Fields of proxies that are made to cost time', () => {
  for (const [what, field] of Object.entries({
    'blanks in front of what is no pair': `a=b;${' '.repeat(65_000)}x`,
    'blanks between pairs': `a=b${' '.repeat(65_000)};${'\t'.repeat(65_000)}`,
    'an open quote': `for="${'\\"'.repeat(30_000)}`,
    'many elements': 'for=1.1.1.1,'.repeat(5000),
    'many separators': ',;'.repeat(30_000),
  })) {
    test(`reads ${what} in time that grows with the field`, () => {
      const begin = performance.now();
      parseForwarded(field);
      // Two seconds before it was linear; some milliseconds since.
      assert.ok(performance.now() - begin < 500);
    });
  }
});
