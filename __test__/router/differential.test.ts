// The router against find-my-way: random tables of patterns that both read alike, random paths over the same texts.
//
// Left out is what differs on purpose: of two patterns with several parameters in one segment that both match, which one
// find-my-way tries first depends on how they end; ours takes the one with more text.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import FindMyWay from 'find-my-way';

import { RadixRouter } from '../../js/native-api/index.ts';

/** Numbers that are the same in every run (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const TEXTS = ['a', 'ab', 'abc', 'b', 'users', 'user', 'u', 'x.y', '1', '12', 'é', 'a b'];
const VALUES = [...TEXTS, 'a%20b', '%61', '%C3%A9', 'a%2Fb', '123', 'x-y', 'a.b', '', 'zz', '%3A'];
/** Segments; the dynamic ones of different forms never stand at one place of a table. */
const FORMS = [':p', ':p(^\\d+$)', ':p-:q', ':p.png', 'pre-:p', ':p(^[a-z]+)h:q(^\\d+)m'];

function table(next: (below: number) => number): string[] {
  // Each place of a table has one form beside the plain parameter.
  const forms = Array.from({ length: 5 }, () => FORMS[next(FORMS.length)] as string);
  return Array.from({ length: 1 + next(16) }, () => {
    let pattern = '';
    const depth = 1 + next(4);
    for (let at = 0; at < depth; at += 1) {
      const kind = next(6);
      const name = (form: string): string => form.replace(':p', `:p${at}`).replace(':q', `:q${at}`);
      if (kind < 3) pattern += `/${TEXTS[next(TEXTS.length)]}`;
      else if (kind < 5) pattern += `/${name(':p')}`;
      else pattern += `/${name(forms[at] as string)}`;
    }
    const end = next(8);
    if (end === 0) return `${pattern}/*`;
    return end === 1 ? `${pattern}/:last?` : pattern;
  });
}

function path(next: (below: number) => number): string {
  const odd = ['12h30m', 'ah1m', 'x.png', 'pre-1', 'pre-', 'a-b'];
  const values = [...VALUES, ...odd];
  return `/${Array.from({ length: 1 + next(5) }, () => values[next(values.length)]).join('/')}`;
}

describe('beside find-my-way', () => {
  for (const [name, theirs, ours] of [
    ['by default', {}, {}],
    ['without regard to letter case', { caseSensitive: false }, { caseSensitive: false }],
    ['with merged slashes', { ignoreDuplicateSlashes: true }, { duplicateSlashes: 'merge' }],
  ] as const) {
    test(`finds the same routes and parameters ${name}`, () => {
      const next = random(name.length);
      let found = 0;
      for (let round = 0; round < 400; round += 1) {
        const reference = FindMyWay({ ...theirs, maxParamLength: 5000 });
        const router = new RadixRouter<number>({ ...ours, emptyParams: true, lenientPatterns: true });
        const patterns: string[] = [];
        try {
          for (const pattern of table(next)) {
            reference.on('GET', pattern, () => undefined, { number: patterns.length });
            router.add('GET', pattern, patterns.length);
            patterns.push(pattern);
          }
        } catch (error) {
          // A conflict for them, who may have added the half of it: another table. One for us alone is a failure.
          const { code } = error as NodeJS.ErrnoException;
          if (code !== undefined && code !== 'ERR_ASSERTION') throw error;
          continue;
        }
        for (let request = 0; request < 40; request += 1) {
          const target = path(next);
          const expected = reference.find('GET', target);
          const actual = router.find('GET', target);
          const message = `${target} in ${patterns.join(' ')}`;
          assert.equal(
            actual?.value,
            expected === null ? undefined : (expected.store as { number: number }).number,
            message,
          );
          if (expected === null) continue;
          found += 1;
          const params = { ...actual?.params };
          // What a wildcard takes is left as it was sent.
          if ('*' in params && name === 'with merged slashes')
            params['*'] = String(params['*']).replaceAll(/\/+/g, '/');
          assert.deepEqual(params, { ...expected.params }, message);
        }
      }
      assert.ok(found > 1000, `only ${found} paths were found`);
    });
  }
});
