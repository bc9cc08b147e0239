// docs/guide/options.md has every number of `server`, with the range and the default that the code has.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { resolveOptions } from '../../js/options.ts';

const text = await readFile(new URL('../../docs/guide/options.md', import.meta.url), 'utf8');
const { port, engine } = resolveOptions();
const defaults: Readonly<Record<string, number>> = { port, ...engine };
const rows = [...text.matchAll(/^\| `(\w+)` \| ([\d,]+)-([\d,]+) \| ([\d,]+) \|/gm)].map(
  ([, name = '', ...numbers]) => ({ name, numbers: numbers.map((number) => Number(number.replaceAll(',', ''))) }),
);

describe('the page of options', () => {
  test('has every number of `server`', () => {
    assert.deepEqual(rows.map(({ name }) => name).sort(), Object.keys(defaults).sort());
  });

  for (const { name, numbers } of rows) {
    const [least = NaN, most = NaN, byDefault] = numbers;
    test(`gives the range and the default of ${name}`, () => {
      for (const value of [least, most]) createApp({ server: { [name]: value } });
      for (const value of [least - 1, most + 1]) {
        assert.throws(() => createApp({ server: { [name]: value } }), { code: 'ERR_NEXURE_OPTION_INVALID' });
      }
      assert.equal(byDefault, defaults[name]);
    });
  }
});
