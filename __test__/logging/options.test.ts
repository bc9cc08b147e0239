// Options of a logger and of the log of an application: what is wrong is refused with its path.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp, createLogger } from '../../js/index.ts';
import { logging } from './lines.ts';

import type { AppOptions, LoggerOptions } from '../../js/index.ts';

function refuses(path: string, make: () => unknown): void {
  assert.throws(make, (error: Error & { code?: string }) => {
    assert.equal(error.code, 'ERR_NEXURE_OPTION_INVALID');
    assert.ok(error.message.includes(path), error.message);
    return true;
  });
}

describe('createLogger refuses', () => {
  const wrong: readonly (readonly [path: string, options: object])[] = [
    ['logger.prettyPrint', { prettyPrint: true }],
    ['logger.level', { level: 'verbose' }],
    ['logger.level', { level: 'toString' }],
    ['logger.level', { level: 35 }],
    ['logger.enabled', { enabled: 1 }],
    ['logger.format', { format: 'text' }],
    ['logger.destination', { destination: -1 }],
    ['logger.destination', { destination: 1.5 }],
    ['logger.destination', { destination: '' }],
    ['logger.destination', { destination: 'a\0b' }],
    ['logger.destination.sync', { destination: { sync: true } }],
    ['logger.destination.maxBuffered', { destination: { maxBuffered: 1 } }],
    ['logger.name', { name: 1 }],
    ['logger.base', { base: 'x' }],
    ['logger.timestamp', { timestamp: 'unix' }],
    ['logger.messageKey', { messageKey: '' }],
    ['logger.errorKey', { errorKey: 1 }],
    ['logger.msgPrefix', { msgPrefix: 1 }],
    ['logger.serializers', { serializers: 1 }],
    ['logger.serializers.a', { serializers: { a: 1 } }],
    ['logger.redact', { redact: 'a' }],
    ['logger.redact.paths', { redact: { paths: 'a' } }],
    ['logger.redact.censor', { redact: { censor: 1 } }],
    ['logger.redact.remove', { redact: { remove: 1 } }],
    ['logger.redact.headers', { redact: { headers: 1 } }],
    ['logger.redact.path', { redact: { path: [] } }],
    ['logger.formatters', { formatters: null }],
    ['logger.formatters.log', { formatters: { log: 1 } }],
    ['logger.mixin', { mixin: {} }],
  ];
  for (const [path, options] of wrong) {
    test(`${path} of ${JSON.stringify(options)}`, () => refuses(path, () => createLogger(options as LoggerOptions)));
  }

  test('a file that cannot be opened, with the error of the system', () => {
    assert.throws(() => createLogger({ destination: '/no/such/directory/log' }), { code: 'ENOENT' });
  });

  test('a level that does not exist, when it is set or given to a child', () => {
    const { log } = logging();
    refuses('level', () => {
      log.level = 'verbose';
    });
    refuses('child.level', () => log.child({}, { level: 'verbose' }));
    refuses('child.colour', () => log.child({}, { colour: 1 } as object));
    refuses('child.msgPrefix', () => log.child({}, { msgPrefix: 1 } as object));
  });
});

describe('createApp refuses', () => {
  const wrong: readonly (readonly [path: string, options: object])[] = [
    ['logging', { logging: 'yes' }],
    ['logging', { logging: null }],
    ['logging.verbose', { logging: { verbose: true } }],
    ['logging.level', { logging: { level: 'verbose' } }],
    ['logging.format', { logging: { format: 'text' } }],
    ['logging.fields', { logging: { fields: 'x' } }],
    ['logging.redact', { logging: { redact: [''] } }],
    ['logging.access', { logging: { access: 'yes' } }],
    ['logging.access.format', { logging: { access: { format: 'dev' } } }],
    ['logging.access.sample', { logging: { access: { sample: 2 } } }],
    ['logging.access.sample', { logging: { access: { sample: Number.NaN } } }],
    ['logging.access.query', { logging: { access: { query: true } } }],
    ['logging.access.ignore', { logging: { access: { ignore: '/health' } } }],
    ['logging.access.headers', { logging: { access: { headers: 'host' } } }],
    ['logging.access.headers', { logging: { access: { headers: ['host'], format: 'common' } } }],
    ['logging.access.skip', { logging: { access: { skip: 1 } } }],
    ['logging.level', { logger: console, logging: { level: 'info' } }],
    ['logging.fields', { logger: false, logging: { fields: {} } }],
    ['logger', { logger: {} }],
    ['logger', { logger: null }],
  ];
  for (const [path, options] of wrong) {
    test(`${path} of ${JSON.stringify(options)}`, () =>
      refuses(`option ${path}`, () => createApp(options as AppOptions)));
  }
});
