// What the compiler knows of loggers. Checked by `npm run typecheck`; nothing here is ever run.
import { pino } from 'pino';

import { createApp, createLogger } from '../../js/index.ts';

import type { Logger } from '../../js/index.ts';

// A logger of pino, the console and an object with a method are all taken; so is ours.
createApp({ logger: pino() });
createApp({ logger: console });
createApp({ logger: createLogger() });
createApp({
  logger: {
    error(message, error) {
      console.error(message.length, error);
    },
  },
});
const fromPino: Logger = pino();
fromPino.info({ id: 1 }, 'message %s', 'x');

const log = createLogger({ redact: ['a.b'], serializers: { user: (user: { id: number }) => user.id } });
log.info('a message');
log.info('a message with %s and %d', 'text', 1);
log.error(new Error('x'));
log.error({ err: new Error('x') }, 'it failed');
log.child({ module: 'x' }, { level: 'debug' }).debug('x');

// @ts-expect-error -- no such level
createLogger({ level: 'verbose' });
// @ts-expect-error -- no such option
createLogger({ prettyPrint: true });
// @ts-expect-error -- no such format
createApp({ logging: { format: 'text' } });
createApp({
  logging: { level: 'debug', fields: { service: 'x' }, access: { format: 'combined', ignore: ['/health'] } },
});

createApp().get('/', (ctx) => {
  ctx.log.info({ id: 1 }, 'asked');
  return '';
});
