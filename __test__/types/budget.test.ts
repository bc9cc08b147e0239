// The compiler's work for a large application has a budget: instantiations, which are the same on every machine. The time
// they take is printed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ROUTES = 300;
/** Measured: 409 per route where each is a statement, 905 where all are one chain, 3089 where each has schemas of its own. */
const MOST_PER_ROUTE = { statements: 500, chain: 1100, schemas: 3700 };

/** An application of many routes with middleware, of the kinds that applications have. */
function program(kind: keyof typeof MOST_PER_ROUTE | 'empty'): string {
  if (kind === 'schemas') return schemas();
  const lines = [
    "import { createApp } from 'nexurejs';",
    'const app = createApp()',
    "  .use(async (_, next) => next({ user: { id: 1, name: 'Ann' } }))",
    '  .use((_, next) => next({ db: { find: (id: string) => ({ id, at: new Date() }) } }))',
    kind === 'chain' ? '' : ';',
  ];
  const on = kind === 'chain' ? '' : 'app';
  const end = kind === 'chain' ? '' : ';';
  const count = kind === 'empty' ? 0 : ROUTES;
  for (let index = 0; index < count; index += 1) {
    if (index % 3 === 0) {
      lines.push(
        `${on}.get('/r${index}/:id/x/:slug', (ctx) => ({ ...ctx.db.find(ctx.params.id), by: ctx.user.name }))${end}`,
      );
    } else if (index % 3 === 1) {
      lines.push(
        `${on}.post('/r${index}/:id', async (ctx, next) => {`,
        '  if (ctx.user.id > 1) throw new Error();',
        `  return next({ own${index}: 1 });`,
        `}, async (ctx) => ({ total: ctx.own${index} + ctx.user.id, list: [1, 2] }))${end}`,
      );
    } else {
      lines.push(`${on}.get('/r${index}', { body: 'stream' }, () => 'text')${end}`);
    }
  }
  lines.push(';', 'export const application: unknown = app;');
  return lines.join('\n');
}

/** An application each of whose routes has schemas of its own, for its content, its query and its answers; and a client. */
function schemas(): string {
  const lines = [
    "import { createApp } from 'nexurejs';",
    "import { createClient } from 'nexurejs/client';",
    "import { body, query, t } from 'nexurejs/schema';",
    'const app = createApp()',
    "  .use(async (_, next) => next({ user: { id: 1, name: 'Ann' } }))",
  ];
  for (let index = 0; index < ROUTES; index += 1) {
    const order = `t.object({ id${index}: t.int64(), name: t.string().trim().min(1), at: t.date(), more: t.array(t.object({ a: t.int().default(1), b: t.boolean().optional() })) })`;
    const page = `t.object({ page${index}: t.int().default(1), tags: t.array(t.string()).optional() })`;
    const handler = `(ctx) => ({ id${index}: ctx.body.id${index}, name: ctx.user.name, at: ctx.body.at, more: ctx.body.more })`;
    if (index % 3 === 0) {
      lines.push(`.post('/r${index}/:id', { body: ${order} }, ${handler})`);
    } else if (index % 3 === 1) {
      lines.push(
        `.put('/r${index}', body(${order}), query(${page}), (ctx) => ctx.body.id${index} + BigInt(ctx.query.page${index}))`,
      );
    } else {
      lines.push(`.patch('/r${index}', { body: ${order}, response: { 200: ${order} } }, async ${handler})`);
    }
  }
  lines.push(
    ';',
    "const client = createClient<typeof app>('http://localhost');",
    "const made = await client.patch('/r299', { json: { id299: 1, name: 'a', at: new Date(), more: [] } });",
    'export const at: string | undefined = made.data?.at;',
  );
  return lines.join('\n');
}

interface Work {
  readonly instantiations: number;
  readonly seconds: number;
}

describe('the compiler', () => {
  let folder = '';
  before(async () => {
    await mkdir(join(root, '.build'), { recursive: true });
    folder = await mkdtemp(join(root, '.build/types-'));
    for (const kind of ['empty', 'statements', 'chain', 'schemas'] as const) {
      await mkdir(join(folder, kind));
      await writeFile(join(folder, kind, 'app.ts'), program(kind));
      const compilerOptions = {
        rootDir: '../../..',
        isolatedDeclarations: false,
        declaration: false,
        skipLibCheck: true,
      };
      const project = { extends: '../../../tsconfig.json', compilerOptions, include: ['app.ts'], exclude: [] };
      await writeFile(join(folder, kind, 'tsconfig.json'), JSON.stringify(project));
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function compile(compiler: string, kind: string): Promise<Work> {
    const manifest = createRequire(import.meta.url).resolve(`${compiler}/package.json`);
    const args = [join(dirname(manifest), 'bin/tsc'), '--noEmit', '--extendedDiagnostics', '-p', join(folder, kind)];
    const output = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 }, (error, stdout) => {
        if (error === null) resolve(stdout);
        else reject(new Error(stdout.slice(0, 4000), { cause: error }));
      });
    });
    const number = (name: string): number => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(output)?.[1]);
    return { instantiations: number('Instantiations'), seconds: number('Total time') };
  }

  for (const compiler of ['typescript', 'typescript-6', 'typescript-5.9']) {
    test(`${compiler} checks ${ROUTES} routes within the budget`, async (t) => {
      const empty = await compile(compiler, 'empty');
      for (const [kind, most] of Object.entries(MOST_PER_ROUTE)) {
        const work = await compile(compiler, kind);
        const perRoute = Math.round((work.instantiations - empty.instantiations) / ROUTES);
        const seconds = (work.seconds - empty.seconds).toFixed(2);
        t.diagnostic(`${kind}: ${perRoute} instantiations per route, ${seconds} s more than without routes`);
        assert.ok(perRoute > 0 && perRoute < most, `${kind}: ${perRoute} instantiations per route`);
      }
    });
  }
});
