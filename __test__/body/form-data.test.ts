// readFormData: a whole form as the web's FormData, from parts or urlencoded.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { readFormData } from '../../js/body/form-data.ts';
import { field, file, form, Source, TYPE } from './forms.ts';

const URLENCODED = 'application/x-www-form-urlencoded';

describe('readFormData', () => {
  test('gives fields as strings and files as files, in their order', async () => {
    const body = form(field('a', '1'), file('f', '/x/ä.txt', 'ünï\r\n', 'Content-Type: text/csv'), field('a', '2'));
    for (const size of [1, 10, Infinity]) {
      const data = await readFormData(new Source(body, size), TYPE);
      assert.deepEqual([...data.keys()], ['a', 'f', 'a']);
      assert.deepEqual(data.getAll('a'), ['1', '2']);
      const found = data.get('f');
      assert.ok(found instanceof File);
      assert.deepEqual([found.name, found.type, found.size], ['ä.txt', 'text/csv', 7]);
      assert.equal(await found.text(), 'ünï\r\n');
    }
  });

  test('reads what fetch sends', async () => {
    const data = new FormData();
    data.append('quoted " name', 'line\r\nend');
    data.append('file', new File([new Uint8Array([0, 255, 13, 10])], 'a"b\\c.bin', { type: 'image/png' }));
    data.append('none', new File([], 'empty.txt'));
    const sent = new Response(data);
    assert.ok(sent.body !== null);
    const read = await readFormData(sent.body, sent.headers.get('content-type') ?? undefined);
    assert.deepEqual([...read.keys()], ['quoted " name', 'file', 'none']);
    assert.equal(read.get('quoted " name'), 'line\r\nend');
    const found = read.get('file');
    assert.ok(found instanceof File);
    assert.deepEqual([found.name, found.type], ['c.bin', 'image/png']);
    assert.deepEqual(new Uint8Array(await found.arrayBuffer()), new Uint8Array([0, 255, 13, 10]));
    assert.ok(read.get('none') instanceof File);
  });

  test('reads urlencoded forms in their order, with repeats', async () => {
    for (const size of [1, Infinity]) {
      const source = new Source('a=1&b=%C3%A4+x&a=2&__proto__=3&=&c', size);
      const data = await readFormData(source, `${URLENCODED}; charset=UTF-8`);
      const pairs = [...data].map(([name, value]) => [name, value]);
      assert.deepEqual(pairs, [
        ['a', '1'],
        ['b', 'ä x'],
        ['a', '2'],
        ['__proto__', '3'],
        ['', ''],
        ['c', ''],
      ]);
    }
  });

  test('refuses what is above a limit, in another charset, or no form', async () => {
    const cases: [code: string, body: string, type: string | undefined][] = [
      ['ERR_NEXURE_BODY_TOO_LARGE', `a=${'x'.repeat(100)}`, URLENCODED],
      ['ERR_NEXURE_MULTIPART_TOO_LARGE', form(field('a', '1'), field('b', '2')), TYPE],
      ['ERR_NEXURE_BODY_ENCODING', 'a=1', `${URLENCODED}; charset=iso-8859-1`],
      ['ERR_NEXURE_MULTIPART_TYPE', '{}', 'application/json'],
      ['ERR_NEXURE_MULTIPART_TYPE', '', undefined],
    ];
    for (const [code, body, type] of cases) {
      await assert.rejects(readFormData(new Source(body, 10), type, { maxTotalBytes: 100 }), { code });
    }
    const many = 'a&'.repeat(1001);
    await assert.rejects(readFormData(new Source(many), URLENCODED), { code: 'ERR_NEXURE_TOO_MANY_PARAMETERS' });
    const options = { maxTotalBytes: -1 };
    await assert.rejects(readFormData(new Source(''), URLENCODED, options), { code: 'ERR_NEXURE_OPTION_INVALID' });
  });
});
