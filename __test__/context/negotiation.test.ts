// Proactive negotiation, held against the package `negotiator`.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import Negotiator from 'negotiator';

import {
  matchContentType,
  negotiateCharsets,
  negotiateEncodings,
  negotiateLanguages,
  negotiateTypes,
} from '../../js/http/negotiation.ts';
import { parseQualityList } from '../../js/http/quality-list.ts';

/** The same numbers in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const QUALITIES = ['', '', ';q=1', ';q=0.5', '; q=0.8', ';q=0', ';q=0.001', ';Q=0.30', ' ; q=1.000'];
const TYPES = [
  'text/html',
  'text/plain',
  'TEXT/HTML',
  'application/json',
  'image/*',
  'text/*',
  '*/*',
  'text/html;level=1',
  'text/html;level="2"',
  'application/vnd.api+json',
];
const OFFERED_TYPES = [
  'text/html',
  'text/plain',
  'application/json',
  'image/png',
  'text/html;level=1',
  'text/html; level=2',
  'Application/JSON',
  'application/vnd.api+json',
];
const CODINGS = ['gzip', 'br', 'identity', '*', 'GZIP', 'zstd', 'deflate'];
const CHARSETS = ['utf-8', 'iso-8859-1', '*', 'UTF-8', 'utf-16'];
const LANGUAGES = ['en', 'en-GB', 'de', 'de-CH', '*', 'fr', 'EN-us'];

describe('negotiation', () => {
  for (const [name, field, values, offers, ours, theirs] of [
    ['types', 'accept', TYPES, OFFERED_TYPES, negotiateTypes, 'mediaTypes'],
    ['encodings', 'accept-encoding', CODINGS, ['gzip', 'br', 'identity', 'zstd'], negotiateEncodings, 'encodings'],
    ['charsets', 'accept-charset', CHARSETS, ['utf-8', 'iso-8859-1', 'UTF-16'], negotiateCharsets, 'charsets'],
    ['languages', 'accept-language', LANGUAGES, ['en', 'en-GB', 'de', 'fr', 'de-CH'], negotiateLanguages, 'languages'],
  ] as const) {
    test(`prefers the same ${name} as negotiator in 4000 lists`, () => {
      const next = random(7);
      for (let round = 0; round < 4000; round += 1) {
        const members = Array.from(
          { length: next(6) },
          () => `${values[next(values.length)]}${QUALITIES[next(QUALITIES.length)]}`,
        );
        const list = next(20) === 0 ? undefined : members.join(next(2) === 0 ? ',' : ' , ');
        const offered = [...new Set(Array.from({ length: next(5) }, () => offers[next(offers.length)] as string))];
        const negotiator = new Negotiator({ headers: list === undefined ? {} : { [field]: list } });
        const expected = offered.length === 0 ? negotiator[theirs]() : negotiator[theirs](offered);
        assert.deepEqual(ours(list, offered), expected, `${list} against ${offered.join(' | ')}`);
      }
    });
  }

  test('takes extensions for the types they stand for, and gives them back', () => {
    assert.deepEqual(negotiateTypes('application/json, text/html;q=0.5', ['html', '.json']), ['.json', 'html']);
    assert.deepEqual(negotiateTypes('text/csv', ['html', 'json']), []);
  });

  test('leaves out members whose quality is malformed', () => {
    for (const quality of ['2', '-1', '0.1234', 'x', '', '1.5', '.5', 'NaN', 'Infinity']) {
      assert.deepEqual(
        parseQualityList(`a;q=${quality}, b`).map(({ value }) => value),
        ['b'],
        quality,
      );
    }
  });

  test('reads no more than 100 members, however many there are', () => {
    const field = Array.from({ length: 10_000 }, (_, n) => `a/${n}`).join(',');
    assert.equal(parseQualityList(field).length, 100);
  });

  test('takes no comma or semicolon in quotes for a mark', () => {
    assert.deepEqual(
      parseQualityList('a/b;x="1,2;q=0\\",";q=0.5, c/d').map(({ value, quality }) => [value, quality]),
      [
        ['a/b', 0.5],
        ['c/d', 1],
      ],
    );
    assert.deepEqual(parseQualityList('a/b;x="').length, 1, 'a quote that is not closed');
  });
});

const TYPES_OF_BODIES: readonly [
  contentType: string | undefined,
  types: readonly string[],
  found: string | undefined,
][] = [
  ['application/json; charset=utf-8', ['json'], 'json'],
  ['application/json', ['html', 'application/json'], 'application/json'],
  ['application/vnd.api+json', ['+json'], '+json'],
  ['application/vnd.api+json', ['application/*+json'], 'application/*+json'],
  ['application/vnd.api+json', ['json'], undefined],
  ['text/html', ['text/*'], 'text/*'],
  ['text/html', ['*/*'], '*/*'],
  ['multipart/form-data; boundary=x', ['multipart'], 'multipart'],
  ['application/x-www-form-urlencoded', ['urlencoded'], 'urlencoded'],
  ['text/html', ['json'], undefined],
  ['TEXT/HTML', [], 'text/html'],
  ['nonsense', ['json'], undefined],
  [undefined, ['json'], undefined],
];

describe('matchContentType', () => {
  for (const [contentType, types, found] of TYPES_OF_BODIES) {
    test(`finds ${found} for ${contentType} among ${types.join(', ') || 'none'}`, () => {
      assert.equal(matchContentType(contentType, types), found);
    });
  }
});
