// Documents name what exists: files that they link to, headings, and the paths of the code they describe.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function documentsIn(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: folder === 'docs' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

async function anchorsOf(document: string): Promise<Set<string>> {
  const text = await readFile(join(root, document), 'utf8');
  return new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)));
}

const documents = (await Promise.all(['.', 'docs', 'examples'].map(documentsIn))).flat();

describe('documents', () => {
  for (const document of documents) {
    test(`${document} links to what is there`, async () => {
      const text = await readFile(join(root, document), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? document : normalize(join(dirname(document), path));
        assert.ok(existsSync(join(root, file)), target);
        if (anchor !== undefined) assert.ok((await anchorsOf(file)).has(anchor), target);
      }
    });
  }

  for (const document of documents.filter(
    (name) => name === 'ARCHITECTURE.md' || name.startsWith(join('docs', 'design')),
  )) {
    test(`${document} names files that are there`, async () => {
      const text = await readFile(join(root, document), 'utf8');
      for (const [, path = ''] of text.matchAll(
        /`((?:js|src|core|benchmark|scripts|docs|examples|__test__)\/[\w./-]*)`/g,
      )) {
        assert.ok(existsSync(join(root, path)), path);
      }
    });
  }
});
