// The routes of the tasks: a router of its own, which says what it needs to be on the context.
import { NotFoundError, Router, UnprocessableEntityError } from 'nexurejs';

import type { Task, Tasks } from './database.ts';

export const taskRoutes = new Router<{ readonly tasks: Tasks; readonly user: string }>()
  .get('/', (ctx) => {
    const { by = ctx.user } = ctx.query;
    return [...ctx.tasks.values()].filter((task) => task.by === by);
  })
  .post('/', (ctx) => {
    const task: Task = {
      id: Math.max(0, ...ctx.tasks.keys()) + 1,
      title: titleOf(ctx.body),
      done: false,
      by: ctx.user,
    };
    ctx.tasks.set(task.id, task);
    ctx.log.info({ task }, 'added');
    return ctx.created(task, `/api/tasks/${task.id}`);
  })
  .get('/:id(int)', (ctx) => found(ctx.tasks, ctx.params.id))
  .put('/:id(int)/done', (ctx) => {
    const task = { ...found(ctx.tasks, ctx.params.id), done: true };
    ctx.tasks.set(task.id, task);
    return task;
  })
  .delete('/:id(int)', (ctx) => {
    ctx.tasks.delete(found(ctx.tasks, ctx.params.id).id);
  });

function found(tasks: Tasks, id: number): Task {
  const task = tasks.get(id);
  if (task === undefined) throw new NotFoundError(`There is no task ${id}.`, { code: 'TASKS_NOT_FOUND' });
  return task;
}

function titleOf(body: unknown): string {
  const title: unknown = (body as { title?: unknown } | undefined)?.title;
  if (typeof title === 'string' && title !== '' && title.length <= 200) return title;
  throw new UnprocessableEntityError('A task has a title of 1 to 200 characters.', { code: 'TASKS_TITLE' });
}
