// Options of a directory are checked when they are given: an error names the path.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { StaticFiles } from '../../js/files/static-files.ts';
import { resolveStaticOptions } from '../../js/files/static-options.ts';

import type { StaticOptions } from '../../js/files/static-options.ts';

const REFUSED: readonly (readonly [path: string, options: unknown])[] = [
  ['static', 7],
  ['static', []],
  ['static.maxage', { maxage: 1 }],
  ...[7, '', 'a/b', '..', [7], ['a', '']].map((index) => ['static.index', { index }] as const),
  ...['html', [''], ['a/b'], [7]].map((extensions) => ['static.extensions', { extensions }] as const),
  ...[true, '', '/a', '../a', 'a//b', 'a\\b', 'a\0'].map((fallback) => ['static.fallback', { fallback }] as const),
  ...['', 'no', 7, null].map((dotfiles) => ['static.dotfiles', { dotfiles }] as const),
  ...[-1, 1.5, '1', 31_536_000_001, Number.NaN].map((maxAgeMs) => ['static.maxAgeMs', { maxAgeMs }] as const),
  ...[0, 101].map((maxRanges) => ['static.maxRanges', { maxRanges }] as const),
  ...['', 'a\r\nb', ' a', 'a ', 'é', 7, null].map((cacheControl) => ['static.cacheControl', { cacheControl }] as const),
  ...['br', ['deflate'], ['br', 'br'], true].map(
    (precompressed) => ['static.precompressed', { precompressed }] as const,
  ),
  ...['immutable', 'etag', 'lastModified', 'acceptRanges', 'redirect', 'followSymlinks'].flatMap((name) =>
    [0, 'true', null].map((value) => [`static.${name}`, { [name]: value }] as const),
  ),
  ...[true, 7, []].map((hot) => ['static.hot', { hot }] as const),
  ['static.hot.max', { hot: { max: 1 } }],
  ...[-1, 1_048_577].map((maxFileBytes) => ['static.hot.maxFileBytes', { hot: { maxFileBytes } }] as const),
  ...[-1, 1_073_741_825].map((maxBytes) => ['static.hot.maxBytes', { hot: { maxBytes } }] as const),
];

describe('options of a directory', () => {
  for (const [path, options] of REFUSED) {
    test(`${JSON.stringify(options)} names ${path}`, () => {
      assert.throws(
        () => resolveStaticOptions(options as StaticOptions),
        (error: NodeJS.ErrnoException) => {
          assert.equal(error.code, 'ERR_NEXURE_OPTION_INVALID');
          assert.ok(error.message.includes(`option ${path} `), error.message);
          return true;
        },
      );
    });
  }

  test('have these defaults', () => {
    assert.deepEqual(resolveStaticOptions(), {
      dotfiles: 'ignore',
      cacheControl: 'public, max-age=0',
      etag: true,
      lastModified: true,
      acceptRanges: true,
      maxRanges: 16,
      precompressed: [],
      followSymlinks: false,
      index: ['index.html'],
      extensions: [],
      fallback: undefined,
      redirect: true,
      hot: { maxFileBytes: 65_536, maxBytes: 33_554_432 },
    });
  });

  test('a directory is a path', () => {
    for (const directory of ['', 'a\0b', 7, undefined]) {
      assert.throws(() => new StaticFiles(directory as string), { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
  });
});
