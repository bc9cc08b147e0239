// readParts: parts as they arrive, one at a time, and nothing asked of the source before it is needed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { readParts } from '../../js/body/multipart.ts';
import { codes } from '../../js/errors/codes.ts';
import { HttpError } from '../../js/errors/http-error.ts';
import { field, file, form, part, Source, TYPE } from './forms.ts';

import type { Part } from '../../js/body/part.ts';
import type { PartsOptions } from '../../js/body/parts-options.ts';
import type { ErrorCode } from '../../js/errors/codes.ts';

const SIZES = [1, 2, 3, 7, 64, Infinity];

async function textsOf(source: AsyncIterable<Uint8Array>, options?: PartsOptions): Promise<[string, string][]> {
  const texts: [string, string][] = [];
  for await (const each of readParts(source, TYPE, options)) texts.push([each.name, await each.text()]);
  return texts;
}

/** The next part of a loop that must have one. */
async function nextOf(parts: AsyncGenerator<Part, void, undefined>): Promise<Part> {
  const { value } = await parts.next();
  assert.ok(value !== undefined, 'there is a part');
  return value;
}

function refusal(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof HttpError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.status, codes[code].status);
    return true;
  };
}

describe('readParts', () => {
  for (const size of SIZES) {
    test(`gives fields and files in their order, in chunks of ${size}`, async () => {
      const body = form(
        field('a', '1'),
        file('f', 'C:\\temp\\two.png', '\r\n--b\r\nlines\r', 'Content-Type: image/png', 'X-Twice: 1', 'x-twice: 2'),
        field('ä', ''),
        field('a', '\r\n-'),
      );
      const found: unknown[] = [];
      for await (const each of readParts(new Source(body, size), TYPE)) {
        const { name, filename, rawFilename, type, isFile } = each;
        found.push({
          name,
          filename,
          rawFilename,
          type,
          isFile,
          twice: each.headers['x-twice'],
          text: await each.text(),
        });
      }
      const plain = {
        filename: undefined,
        rawFilename: undefined,
        type: 'text/plain',
        isFile: false,
        twice: undefined,
      };
      assert.deepEqual(found, [
        { name: 'a', text: '1', ...plain },
        {
          name: 'f',
          filename: 'two.png',
          rawFilename: 'C:\\temp\\two.png',
          type: 'image/png',
          isFile: true,
          twice: '1, 2',
          text: '\r\n--b\r\nlines\r',
        },
        { name: 'ä', text: '', ...plain },
        { name: 'a', text: '\r\n-', ...plain },
      ]);
    });
  }

  test('gives content without a copy of it, and asks for a chunk when it is needed', async () => {
    const source = new Source(form(file('f', 'f', 'x'.repeat(1000)), field('a', '1')), 100);
    const parts = readParts(source, TYPE);
    assert.equal(source.asked, 0);
    const first = await nextOf(parts);
    const before = source.asked;
    assert.ok(before <= 2);
    let bytes = 0;
    for await (const chunk of first) {
      bytes += chunk.length;
      assert.equal(chunk.buffer.byteLength, bytes === 1000 ? chunk.buffer.byteLength : 100);
      assert.ok(source.asked * 100 <= bytes + 200);
    }
    assert.equal(bytes, 1000);
    await parts.return();
    assert.ok(source.ended);
  });

  test('passes over a part that is not read, or read in part', async () => {
    const names: string[] = [];
    const body = form(
      file('f', 'f', 'x'.repeat(500)),
      field('a', '1'),
      file('g', 'g', 'y'.repeat(500)),
      field('b', '2'),
    );
    for await (const each of readParts(new Source(body, 50), TYPE)) {
      names.push(each.name);
      if (each.name !== 'g') continue;
      for await (const chunk of each) {
        assert.ok(chunk.length > 0);
        break;
      }
    }
    assert.deepEqual(names, ['f', 'a', 'g', 'b']);
  });

  test('a part is JSON when it is asked to be', async () => {
    const body = form(field('good', '{"a":[1]}'), field('bad', '{'), field('poisoned', '{"__proto__":1}'));
    const parts = readParts(new Source(body), TYPE);
    assert.deepEqual(await (await nextOf(parts)).json(), { a: [1] });
    await assert.rejects((await nextOf(parts)).json(), refusal('ERR_NEXURE_BODY_JSON'));
    await assert.rejects((await nextOf(parts)).json(), refusal('ERR_NEXURE_BODY_POISONED'));
  });

  test('a name that is known to objects is a name like any other', async () => {
    const body = form(part('name="__proto__"', 'x', '__proto__: y', 'constructor: z'));
    const parts = readParts(new Source(body), TYPE);
    const { name, headers } = await nextOf(parts);
    assert.equal(name, '__proto__');
    assert.equal(headers['__proto__'], 'y');
    assert.equal(headers['constructor'], 'z');
    assert.equal(Object.getPrototypeOf(headers), null);
  });
});

describe('a part of a form', () => {
  test('is read once', async () => {
    for await (const each of readParts(new Source(form(field('a', '1'))), TYPE)) {
      assert.equal(await each.text(), '1');
      for (const read of [each.text(), each.bytes(), each.json(), each.stream().next(), each.saveTo('/tmp')]) {
        await assert.rejects(read, { code: 'ERR_NEXURE_PART_CONSUMED' });
      }
    }
  });

  for (const size of [10, Infinity]) {
    test(`is gone when the loop has moved on, in chunks of ${size}`, async () => {
      const kept: Part[] = [];
      const source = new Source(form(field('a', '1'), file('f', 'f', 'x'.repeat(100)), field('b', '2')), size);
      for await (const each of readParts(source, TYPE)) kept.push(each);
      assert.equal(kept.length, 3);
      for (const each of kept) await assert.rejects(each.text(), { code: 'ERR_NEXURE_PART_CONSUMED' });
    });
  }

  test('that is being read when the loop moves on takes nothing of the next', async () => {
    const source = new Source(form(file('f', 'f', 'x'.repeat(100)), field('a', 'mine')), 10);
    const parts = readParts(source, TYPE);
    const chunks = (await nextOf(parts)).stream();
    await chunks.next();
    const late = assert.rejects(chunks.next(), { code: 'ERR_NEXURE_PART_CONSUMED' });
    const second = await nextOf(parts);
    await late;
    assert.equal(await second.text(), 'mine');
  });

  test('is gone when the loop is left, and the source has ended', async () => {
    const source = new Source(form(file('f', 'f', 'x'.repeat(100)), field('a', '1')), 10);
    let first: Part | undefined;
    for await (const each of readParts(source, TYPE)) {
      first = each;
      break;
    }
    assert.ok(source.ended);
    assert.ok(source.asked < 12);
    await assert.rejects(first?.text() ?? Promise.resolve(), { code: 'ERR_NEXURE_PART_CONSUMED' });
  });

  test('that waits for a slow client does not hold up who leaves the loop', async () => {
    let ended = false;
    let wake = (): void => undefined;
    async function* slow(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield Buffer.from(file('f', 'f', 'x'.repeat(10)).slice(0, -2));
        await new Promise<void>((resolve) => (wake = resolve));
      } finally {
        ended = true;
      }
    }
    const parts = readParts(slow(), TYPE);
    const reading = (await nextOf(parts)).text();
    const rejected = assert.rejects(reading, { code: 'ERR_NEXURE_PART_CONSUMED' });
    // The reading must be waiting before the loop is left.
    await new Promise((resolve) => setImmediate(resolve));
    await parts.return();
    wake();
    await rejected;
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(ended);
  });
});

describe('a form that is refused', () => {
  const ok = field('a', '1');
  const cases: [claim: string, code: ErrorCode, body: string, options?: PartsOptions][] = [
    ['without its end', 'ERR_NEXURE_MULTIPART_TRUNCATED', ok],
    ['without a byte', 'ERR_NEXURE_MULTIPART_TRUNCATED', ''],
    ['with a line that is almost a delimiter', 'ERR_NEXURE_MULTIPART_MALFORMED', `${ok}--BB--`],
    ['with more fields', 'ERR_NEXURE_MULTIPART_TOO_MANY_FIELDS', form(ok, ok), { maxFields: 1 }],
    ['with more files', 'ERR_NEXURE_MULTIPART_TOO_MANY_FILES', form(file('f', '', '')), { maxFiles: 0 }],
    ['with more parts', 'ERR_NEXURE_MULTIPART_TOO_MANY_PARTS', form('--B\r\n', '--B\r\n'), { maxParts: 1 }],
    ['with a longer name', 'ERR_NEXURE_MULTIPART_NAME_TOO_LONG', form(field('ab', '')), { maxNameBytes: 1 }],
    ['with a longer field', 'ERR_NEXURE_MULTIPART_FIELD_TOO_LARGE', form(field('a', '12')), { maxFieldBytes: 1 }],
    ['with a larger file', 'ERR_NEXURE_MULTIPART_FILE_TOO_LARGE', form(file('a', 'f', '12')), { maxFileBytes: 1 }],
    [
      'with a larger header',
      'ERR_NEXURE_MULTIPART_HEAD_TOO_LARGE',
      form(field('n'.repeat(200), '')),
      { maxPartHeadBytes: 128 },
    ],
    [
      'with more header lines',
      'ERR_NEXURE_MULTIPART_TOO_MANY_HEADERS',
      form(part('name=a', '', 'X: y')),
      { maxPartHeaders: 1 },
    ],
    ['that is larger', 'ERR_NEXURE_MULTIPART_TOO_LARGE', form(ok), { maxTotalBytes: form(ok).length - 1 }],
  ];
  for (const [claim, code, body, options] of cases) {
    test(`${claim} throws ${code} and ends its source`, async () => {
      for (const size of SIZES) {
        const source = new Source(body + (code.endsWith('TRUNCATED') ? '' : 'x'.repeat(300)), size);
        await assert.rejects(textsOf(source, options), refusal(code));
        assert.ok(source.ended, `in chunks of ${size}`);
      }
    });
  }

  test('has given what came before', async () => {
    const source = new Source(`${field('a', '1')}${field('b', 'open')}`);
    const parts = readParts(source, TYPE);
    assert.equal(await (await nextOf(parts)).text(), '1');
    const second = await nextOf(parts);
    await assert.rejects(parts.next(), refusal('ERR_NEXURE_MULTIPART_TRUNCATED'));
    await assert.rejects(second.text(), { code: 'ERR_NEXURE_PART_CONSUMED' });
  });

  test('says so to who reads the part and to the loop', async () => {
    const parts = readParts(new Source(form(field('a', '12345')), 60), TYPE, { maxFieldBytes: 3 });
    await assert.rejects((await nextOf(parts)).text(), refusal('ERR_NEXURE_MULTIPART_FIELD_TOO_LARGE'));
    await assert.rejects(parts.next(), refusal('ERR_NEXURE_MULTIPART_FIELD_TOO_LARGE'));
  });

  test('by its content type is not read at all', async () => {
    for (const type of [undefined, '', 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary="']) {
      const source = new Source('');
      const expected =
        type?.startsWith('multipart') === true ? 'ERR_NEXURE_MULTIPART_BOUNDARY' : 'ERR_NEXURE_MULTIPART_TYPE';
      await assert.rejects(readParts(source, type).next(), refusal(expected));
      assert.equal(source.asked, 0);
    }
  });

  test('by its source throws what the source does', async () => {
    const error = new Error('the client has gone');
    const open = file('f', 'f', 'xyz').slice(0, -2);
    await assert.rejects(textsOf(new Source(open, 10, error)), error);
    const parts = readParts(new Source(open, 10, error), TYPE);
    await assert.rejects((await nextOf(parts)).text(), error);
    await assert.rejects(parts.next(), error);
  });
});

describe('options of readParts', () => {
  const ranges: Record<keyof PartsOptions, [least: number, most: number]> = {
    maxFields: [0, 10_000],
    maxFiles: [0, 10_000],
    maxParts: [0, 30_000],
    maxNameBytes: [1, 16_384],
    maxFieldBytes: [0, 1_073_741_824],
    maxFileBytes: [0, Number.MAX_SAFE_INTEGER],
    maxPartHeadBytes: [128, 65_535],
    maxPartHeaders: [1, 256],
    maxTotalBytes: [0, Number.MAX_SAFE_INTEGER],
  };
  const read = (options: unknown) => (): unknown => readParts(new Source(''), TYPE, options as PartsOptions);

  for (const [name, [least, most]] of Object.entries(ranges)) {
    test(`${name} is an integer from ${least} to ${most}`, () => {
      for (const value of [least, most, undefined]) read({ [name]: value })();
      for (const value of [least - 1, most + 1, 1.5, Number.NaN, Infinity, '1', null]) {
        const message = new RegExp(`option parts\\.${name} `);
        assert.throws(read({ [name]: value }), { code: 'ERR_NEXURE_OPTION_INVALID', message });
      }
    });
  }

  test('others are refused', () => {
    for (const options of [{ maxFeilds: 1 }, null, [], 'x']) {
      assert.throws(read(options), { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
  });

  test('have the defaults that are documented', async () => {
    const fields = (count: number): Promise<unknown> => textsOf(new Source(form(field('a', '').repeat(count))));
    await fields(100);
    await assert.rejects(fields(101), refusal('ERR_NEXURE_MULTIPART_TOO_MANY_FIELDS'));
    const files = (count: number): Promise<unknown> =>
      textsOf(new Source(form(field('a', '').repeat(100), file('f', 'f', '').repeat(count))));
    await files(10);
    await assert.rejects(files(11), refusal('ERR_NEXURE_MULTIPART_TOO_MANY_FILES'));
    const bytes = (count: number): Promise<unknown> => textsOf(new Source(form(field('a', 'x'.repeat(count)))));
    await bytes(65_536);
    await assert.rejects(bytes(65_537), refusal('ERR_NEXURE_MULTIPART_FIELD_TOO_LARGE'));
  });
});
