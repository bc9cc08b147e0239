// Runs `nexure types` on texts, in process: a folder for the files, and what is made of them.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { generateRegistry } from '../../js/types-cli/generate.ts';
import { loadParser } from '../../js/types-cli/parser.ts';
import { listSources } from '../../js/types-cli/sources.ts';

import type { Registry } from '../../js/validation/types-registry.ts';

const parse = await loadParser('.');

export interface Made {
  readonly registry: Registry;
  readonly text: string;
  readonly problems: readonly string[];
  /** Schemas of `app.ts`, in the order of their calls. */
  readonly schemas: readonly unknown[];
}

/** Makes the registry of a project of some files. */
export function generate(files: Readonly<Record<string, string>>): Made {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nexure-types-')));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const out = join(folder, 'nexure.types.json');
    const { text, problems } = generateRegistry(listSources([folder]).files, out, parse);
    const registry = JSON.parse(text) as Registry;
    const schemas = Object.values(registry.files['app.ts']?.calls ?? {}).map(({ schema }) => schema);
    return { registry, text, problems, schemas };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HEAD = `import { schemaOf, body, query, params, headers } from 'nexurejs/schema';
import type * as tags from 'nexurejs/schema';
import type { Above, Below, Default, Format, Int, Max, MaxItems, MaxLength, Min, MinItems, MinLength, MultipleOf, Pattern, Sanitize, UniqueItems } from 'nexurejs/schema';
`;

/** The schema of a type behind declarations; its problems without the name of the file. */
export function schemaOfText(
  type: string,
  declarations = '',
  more: Readonly<Record<string, string>> = {},
): Made & { readonly schema: unknown } {
  const made = generate({ ...more, 'app.ts': `${HEAD}${declarations}\nschemaOf<${type}>();\n` });
  return { ...made, schema: made.schemas[0] };
}

/** How many lines stand in front of the declarations. */
export const HEAD_LINES = 3;
