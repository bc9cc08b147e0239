// Loads the application that a command is about. TypeScript is run by Node where it strips types, else by `tsx` if the
// project has it. Only methods of the application are used: it may come from another copy of the package.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { NexureError } from '../errors/nexure-error.ts';

import type { RouteInfo } from '../route-info.ts';
import type { ModuleInfo } from '../modules/describe.ts';

/** What commands need of an application. */
export interface EntryApp {
  modules(): ModuleInfo[];
  routes(): RouteInfo[];
  openapi(): object;
  readonly container: { check(): void };
  readonly $list: { readonly lifecycle: { settle(): Promise<void> } };
}

/** Loads an entry: what it declares is complete, and nothing is started that it does not start itself. */
export async function loadEntry(file: string): Promise<EntryApp> {
  const path = resolve(file);
  if (!existsSync(path)) throw unusable(`there is no file ${file}`);
  if (/\.[cm]?tsx?$/.test(path) && !stripsTypes()) await runTypeScript(path);
  const loaded = (await import(pathToFileURL(path).href)) as { default?: unknown; app?: unknown };
  const exported = applicationIn(loaded.default) ?? loaded.app;
  const app: unknown = typeof exported === 'function' ? await (exported as () => unknown)() : exported;
  if (!isApplication(app)) {
    throw unusable(`${file} exports no application: neither as default nor as app, and no function that returns one`);
  }
  // Plugins and modules may declare routes behind a promise.
  await app.$list.lifecycle.settle();
  return app;
}

/** The default export; what CommonJS exports by name is a property of it. */
function applicationIn(exported: unknown): unknown {
  if (isApplication(exported) || typeof exported !== 'object' || exported === null) return exported;
  const { default: inner, app } = exported as { default?: unknown; app?: unknown };
  return inner ?? app;
}

function isApplication(value: unknown): value is EntryApp {
  const app = value as Partial<EntryApp> | null | undefined;
  return typeof app === 'object' && typeof app?.modules === 'function' && typeof app.routes === 'function';
}

function stripsTypes(): boolean {
  const { typescript } = process.features as { typescript?: unknown };
  return typeof typescript === 'string' || isRunByTsx();
}

/** Whether this very process can import TypeScript already. */
function isRunByTsx(): boolean {
  return import.meta.url.endsWith('.ts');
}

/** Has `tsx` of the project compile what is imported from now on. */
async function runTypeScript(path: string): Promise<void> {
  const from = [path, join(process.cwd(), 'package.json')];
  for (const place of from) {
    try {
      // Its twin for CommonJS, which is found, looks for the loader in the wrong folder.
      const api = createRequire(place)
        .resolve('tsx/esm/api')
        .replace(/\.cjs$/, '.mjs');
      const { register } = (await import(pathToFileURL(api).href)) as { register: () => unknown };
      register();
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw unusable(`Node ${process.versions.node} runs no TypeScript: use Node 22.18 or newer, or install tsx`);
}

function unusable(message: string): NexureError {
  return new NexureError('ERR_NEXURE_CLI_ENTRY', message);
}
