// Lines for people: what they show, and that nothing logged can act on a terminal or look like another line.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { hasColors, Pretty } from '../../js/logging/pretty.ts';
import { logging } from './lines.ts';

import type { Logger } from '../../js/index.ts';

function shown(call: (log: Logger) => void): string {
  const { log, lines } = logging({ format: 'pretty' });
  call(log);
  return lines.texts.join('');
}

describe('a pretty line', () => {
  test('has the level and the message, and the fields below', () => {
    assert.equal(
      shown((log) => log.info({ a: 1, text: 'x', deep: { b: [1] } }, 'hello')),
      'INFO  hello\n    a: 1\n    text: x\n    deep: {\n      "b": [\n        1\n      ]\n    }\n',
    );
  });

  test('has the time of the day', () => {
    const { log, lines } = logging({ format: 'pretty', timestamp: true });
    log.warn('hello');
    assert.match(lines.texts.join(''), /^\d\d:\d\d:\d\d\.\d{3} WARN {2}hello\n$/);
  });

  test('has the stack of an error, once, and what else it has', () => {
    const text = shown((log) => log.error(Object.assign(new Error('it failed'), { code: 'E_X' })));
    assert.match(text, /^ERROR it failed\n {4}Error: it failed\n {8}at .*\n[^]*"code": "E_X"/);
  });

  test('shows an error that is none', () => {
    assert.equal(
      shown((log) => log.error({ err: 'text' }, 'x')),
      'ERROR x\n    err: text\n',
    );
  });

  test('shows control characters instead of obeying them', () => {
    const text = shown((log) => log.info({ 'k\u001b[31m': 'v\u009b2J\r' }, 'm\u001b]0;title\u0007\u0085\u2028'));
    assert.equal(text, 'INFO  m\\x1b]0;title\\x07\\x85\\x2028\n    k\\x1b[31m: v\\x9b2J\\x0d\n');
  });

  test('indents the further lines of a message, which might look like one of the log', () => {
    assert.equal(
      shown((log) => log.info('a\nERROR forged\nb')),
      'INFO  a\n    ERROR forged\n    b\n',
    );
  });

  test('leaves a line that is no JSON readable', () => {
    const { log, lines } = logging({ format: 'pretty', timestamp: () => ' no JSON \u001b' });
    log.info('x');
    assert.equal(lines.texts.join(''), '{"level":30 no JSON \\x1b,"msg":"x"}\n');
  });

  test('is coloured where it is told so', () => {
    const pretty = new Pretty({ messageKey: 'msg', errorKey: 'err', isColored: true });
    assert.equal(pretty.line('{"level":50,"msg":"x"}\n'), '\u001b[31mERROR\u001b[0m x\n');
  });
});

describe('colours', () => {
  const cases: readonly (readonly [isTerminal: boolean, env: Record<string, string>, expected: boolean])[] = [
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [true, { TERM: 'xterm' }, true],
  ];
  for (const [isTerminal, env, expected] of cases) {
    test(`${expected ? 'are' : 'are not'} there with ${JSON.stringify(env)} on ${isTerminal ? 'a terminal' : 'no terminal'}`, (t) => {
      const { NO_COLOR, TERM } = process.env;
      t.after(() => {
        if (NO_COLOR === undefined) delete process.env['NO_COLOR'];
        else process.env['NO_COLOR'] = NO_COLOR;
        if (TERM === undefined) delete process.env['TERM'];
        else process.env['TERM'] = TERM;
      });
      delete process.env['NO_COLOR'];
      delete process.env['TERM'];
      Object.assign(process.env, env);
      assert.equal(hasColors(isTerminal), expected);
    });
  }
});
