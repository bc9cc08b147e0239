// The plugin of the database: puts `tasks` on every context, reads them before the first request and writes them behind the
// last answer.
import { readFile, writeFile } from 'node:fs/promises';

import type { Nexure } from 'nexurejs';

/** Something to do. */
export interface Task {
  readonly id: number;
  readonly title: string;
  readonly done: boolean;
  readonly by: string;
}

/** The tasks by their number. */
export type Tasks = Map<number, Task>;

/** Declares what needs no wait at once, and waits in a hook: routes that follow know `ctx.tasks`. */
export const database = (app: Nexure, { file }: { readonly file: string }) => {
  const tasks: Tasks = new Map();
  return app
    .decorate('tasks', tasks)
    .onStart(async () => {
      const text = await readFile(file, 'utf8').catch(() => '[]');
      for (const task of JSON.parse(text) as Task[]) tasks.set(task.id, task);
      app.log.info({ tasks: tasks.size }, 'read');
    })
    .onStop(() => writeFile(file, JSON.stringify([...tasks.values()])));
};
