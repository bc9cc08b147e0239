// A list of tasks as an API. What a small Fastify application is made of: plugins with options, values that are
// decorated, hooks, routes in files of their own, logging, and a lifecycle.
import { createApp } from 'nexurejs';

import { authentication } from './authentication.ts';
import { database } from './database.ts';
import { taskRoutes } from './routes.ts';

import type { AppOptions } from 'nexurejs';

/** What the API is made with. */
export interface TasksOptions extends AppOptions {
  /** Where the tasks are kept. */
  readonly file: string;
  /** Bearer tokens, and whose they are. */
  readonly tokens: ReadonlyMap<string, string>;
}

/** Makes the API. */
export function createTasks({ file, tokens, ...options }: TasksOptions) {
  const answers = { count: 0, errors: 0 };
  return createApp(options)
    .register(database, { file })
    .onResponse(({ status }) => {
      answers.count += 1;
      if (status >= 500) answers.errors += 1;
    })
    .get('/health', { health: true }, (ctx) => ({ tasks: ctx.tasks.size, answers }))
    .group('/api', (api) =>
      api
        .use(authentication(tokens))
        .get('/me', (ctx) => ({ name: ctx.user }))
        .mount('/tasks', taskRoutes),
    )
    .onError((error, ctx) => {
      ctx.log.warn({ err: error }, 'failed');
    });
}

/** The API as a type: all that a client needs of it. */
export type TasksApi = ReturnType<typeof createTasks>;
