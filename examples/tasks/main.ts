// The API as a process: a signal lets it answer what is under way, then the tasks are written.
import { createTasks } from './app.ts';

const app = createTasks({
  file: process.env['TASKS_FILE'] || 'tasks.json',
  tokens: new Map([[process.env['TASKS_TOKEN'] || 'secret', 'ada']]),
  // A logger of pino fits as well: `logger: pino()`.
  logging: { level: process.env['LOG_LEVEL'] === 'debug' ? 'debug' : 'info', access: { ignore: ['/health'] } },
  signals: { timeoutMs: 10_000 },
});
const { url } = await app.start(Number(process.env['PORT'] || 3000));
app.log.info('Tasks on %s', url);
