// Nothing outside the root is ever opened, however its path is spelt.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { join } from 'node:path';

import { StaticFiles } from '../../js/files/static-files.ts';
import { fetchFile, makeSite } from '../harness/site.ts';

const SECRET = 'outside the root';
/** Ways to write a step up, a separator, and what may stand between. */
const UP = [
  '..',
  '%2e%2e',
  '%2E%2E',
  '.%2e',
  '%2e.',
  '%252e%252e',
  '..%00',
  '..;',
  '.. ',
  '..%20',
  '...',
  '....',
  '.%00.',
  '%c0%ae%c0%ae',
  '%e0%80%ae%e0%80%ae',
  '%uff0e%uff0e',
  '．．',
  '‥',
  '..%0d',
  '..%ff',
  '.',
  '%2e',
];
const SEPARATOR = [
  '/',
  '//',
  '%2f',
  '%2F',
  '%252f',
  '\\',
  '%5c',
  '%255c',
  '/./',
  '%c0%af',
  '%e0%80%af',
  '／',
  '∕',
  '/%2f',
  '\\/',
  ';/',
  '%00/',
  '/%20/',
  ':',
];
const LEAD = [
  '',
  '/',
  '//',
  'public/',
  'public',
  'a.txt/',
  './',
  '%2f',
  '%5c',
  'C:',
  'file:',
  'c:/',
  '%00',
  '.',
  '\\\\?\\',
  '~/',
];

describe('paths that lead out of the root', () => {
  test('find nothing, in every combination of spellings', async (t) => {
    // root/a.txt is public; secret lies beside the root, and is asked for from one, two and three levels up.
    const site = await makeSite(t, { secret: SECRET, 'root/a.txt': 'a', 'root/public/b.txt': 'b', 'root2/x': SECRET });
    const files = new StaticFiles(join(site, 'root'), { dotfiles: 'allow', index: ['index.html', 'secret'] });
    const statuses = new Map<number, number>();
    let tried = 0;
    const paths: string[] = [
      join(site, 'secret'),
      encodeURIComponent(join(site, 'secret')),
      '../root2/x',
      '..%2froot2%2fx',
    ];
    for (const lead of LEAD) {
      for (const up of UP) {
        for (const separator of SEPARATOR) {
          const step = up + separator;
          paths.push(
            `${lead}${step}secret`,
            `${lead}${step}${step}secret`,
            `${lead}public${separator}${step}${step}secret`,
          );
        }
      }
    }
    for (const path of paths) {
      const { status, text } = await fetchFile(files, path);
      assert.notEqual(text, SECRET, path);
      assert.ok(status === 400 || status === 404 || status === 301, `${status} for ${path}`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      tried++;
    }
    assert.ok(tried > 15_000);
    assert.ok((statuses.get(400) ?? 0) > 0 && (statuses.get(404) ?? 0) > 0);
    assert.equal((await fetchFile(files, 'a.txt')).text, 'a');
  });

  test('find nothing after random mutation', async (t) => {
    const site = await makeSite(t, { secret: SECRET, 'root/a.txt': 'a', 'root/public/b.txt': 'b' });
    const files = new StaticFiles(join(site, 'root'), { dotfiles: 'allow' });
    const pieces = [...UP, ...SEPARATOR, ...LEAD, 'secret', 'root', 'a.txt', 'public', '%', '?', '#', '\0', '\u202e'];
    let seed = 42;
    const pick = (count: number): number => {
      // A linear congruential generator: the same mutations in every run.
      seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return Math.floor((seed / 2 ** 32) * count);
    };
    for (let round = 0; round < 5000; round++) {
      const path = Array.from({ length: 1 + pick(8) }, () => pieces[pick(pieces.length)]).join('');
      const { status, text } = await fetchFile(files, path);
      assert.notEqual(text, SECRET, path);
      assert.ok([200, 301, 400, 404].includes(status), `${status} for ${path}`);
      if (status === 200) assert.ok(text === 'a' || text === 'b', path);
    }
  });
});
