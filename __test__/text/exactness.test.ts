// Text answers are, byte for byte, the UTF-8 of what the handler returned: whatever their length, their characters,
// and their neighbours in the same batch.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { TestContext } from 'node:test';
import type { SocketTransport } from '../harness/server.ts';

const KIB = 1024;

/** Lengths, dense around those where an answer takes another way. */
const LENGTHS = [
  ...range(0, 70),
  ...around([128, 256, 512, KIB, 2 * KIB, 4 * KIB, 8 * KIB, 16 * KIB, 32 * KIB], 3),
  ...range(70, 70_000, 997),
  // A third, a half and the whole of the arena of 256 KiB, by units and by bytes.
  ...around([43_690, 64 * KIB, 87_381, 128 * KIB, 131_072 / 3, 256 * KIB], 2),
].map(Math.floor);

const ALPHABETS = {
  ASCII: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  'two bytes': ['é', 'ß', 'Ж', '߿', '\u0080'],
  'three bytes': ['€', '中', '\u0800', '\uffff', '\uffef'],
  'four bytes': ['😀', '𐀀', '\u{10ffff}'],
  mixed: ['a', 'é', '€', '😀', '\0', '\n', '中', 'z'],
  'lone surrogates': ['a', '\ud800', 'é', '\udc00', '\udbff', '€', '\udfff'],
};

function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
}

function around(centers: readonly number[], distance: number): number[] {
  return centers.flatMap((center) => range(Math.floor(center) - distance, Math.floor(center) + distance + 1));
}

/** Text of so many UTF-16 units; the last character may be cut, so that its half is a lone surrogate. */
function textOf(alphabet: readonly string[], units: number): string {
  const period = alphabet.join('') + alphabet.toReversed().join('');
  return period.repeat(Math.ceil(units / period.length)).slice(0, units);
}

/** Serves texts by number and compares every answer with what Node's own encoder gives. */
async function assertExact(t: TestContext, transport: SocketTransport, texts: readonly string[]): Promise<void> {
  const { connect } = await serve(t, transport, (app) => {
    app.get('/sync/:n', (ctx) => texts[Number(ctx.params.n)]);
    app.get('/async/:n', async (ctx) => {
      const text = texts[Number(ctx.params.n)];
      await undefined;
      return text;
    });
  });
  for (const kind of ['sync', 'async']) {
    const client = await connect();
    client.write(Buffer.concat(texts.map((_, n) => requestBytes(`/${kind}/${n}`))));
    const answers = await client.answers(texts.length);
    for (const [n, text] of texts.entries()) {
      const expected = Buffer.from(text);
      const body = answers[n]?.body ?? Buffer.alloc(0);
      assert.ok(
        body.equals(expected),
        `${kind} ${n}: ${text.length} units, ${body.length} of ${expected.length} bytes`,
      );
    }
    client.destroy();
  }
}

for (const transport of socketTransports) {
  describe(`text over ${transport}`, () => {
    for (const [name, alphabet] of Object.entries(ALPHABETS)) {
      test(`texts of ${name} arrive exactly, at every length`, async (t) => {
        await assertExact(
          t,
          transport,
          LENGTHS.map((units) => textOf(alphabet, units)),
        );
      });
    }

    test('texts of mixed lengths and characters arrive exactly in one batch', async (t) => {
      const alphabets = Object.values(ALPHABETS);
      const lengths = [3, 70_000, 0, 255, 256, 257, 20_000, 1, 90_000, 2048, 5, 140_000];
      const texts = range(0, 300).map((n) =>
        textOf(alphabets[n % alphabets.length] ?? [], (lengths[n % lengths.length] ?? 0) + n),
      );
      await assertExact(t, transport, texts);
    });

    test('a high surrogate at the end of one answer never joins a low one at the start of the next', async (t) => {
      const halves = [
        '\ud83d',
        '\ude00',
        'a\ud83d',
        '\ude00b',
        'é\ud83d',
        '\ude00é',
        '\ud83d\ud83d',
        '\ude00\ude00',
        '',
      ];
      const texts = halves.flatMap((first) => halves.flatMap((second) => [first, second]));
      await assertExact(t, transport, texts);
    });

    test('a pair that is whole stays whole beside halves', async (t) => {
      const parts = ['😀', '\ud83d', '\ude00', 'x😀', '😀\ud83d', '\ude00😀', '\ud83d😀\ude00'];
      await assertExact(
        t,
        transport,
        range(0, 343).map((n) => parts[(n * 5 + Math.floor(n / 7)) % 7] ?? ''),
      );
    });

    test('texts above a megabyte arrive exactly', async (t) => {
      await assertExact(t, transport, [
        textOf(ALPHABETS.ASCII, 3_000_000),
        'between',
        textOf(ALPHABETS.mixed, 1_500_000),
        textOf(ALPHABETS['lone surrogates'], 1_000_001),
        '',
      ]);
    });

    test('strings of every inner form arrive exactly', async (t) => {
      const rope = ['a', 'é', '😀'].reduce((text, part) => text + part.repeat(100), 'rope ');
      const [sliced, oneByte] = ['x'.repeat(100) + rope, 'ÿ'.repeat(300)].map((text) => text.slice(50, -3));
      await assertExact(t, transport, [
        rope,
        sliced ?? '',
        oneByte ?? '',
        'ÿ',
        '\u00ff\u0100',
        String(12.5),
        `${rope}${sliced}`,
      ]);
    });

    test('header values with obs-text are one byte per character, beside bodies of any characters', async (t) => {
      const value = `caf\u00e9 ${String.fromCharCode(...range(0x80, 0x100))}`;
      const bodies = ['plain', 'é', '€', '😀', '\ud83d', '', 'x'.repeat(5000), 'é'.repeat(5000)];
      const { connect } = await serve(t, transport, (app) => {
        app.get('/:n', (ctx) => {
          const n = Number(ctx.params.n);
          if (n % 3 === 0) ctx.response.set('X-Latin', value);
          if (n % 3 === 1) ctx.response.set('X-Ascii', 'ascii');
          return bodies[n % bodies.length];
        });
      });
      const client = await connect();
      client.write(Buffer.concat(range(0, 96).map((n) => requestBytes(`/${n}`))));
      for (const [n, answer] of (await client.answers(96)).entries()) {
        assert.equal(answer.field('x-latin'), n % 3 === 0 ? value : undefined);
        assert.equal(answer.field('x-ascii'), n % 3 === 1 ? 'ascii' : undefined);
        assert.ok(answer.body.equals(Buffer.from(bodies[n % bodies.length] ?? '')), `body ${n}`);
      }
    });
  });
}
