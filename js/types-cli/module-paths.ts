// Finds the file of a module that is imported: relative paths, `paths` of the nearest tsconfig.json, packages. Prefers
// TypeScript sources to declarations. Files that are no TypeScript have no types, and are not found.
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

const SOURCES = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.d.mts', '.d.cts'];
/** What TypeScript looks for where JavaScript is imported. */
const COMPILED: readonly [RegExp, readonly string[]][] = [
  [/\.jsx?$/, ['.ts', '.tsx', '.d.ts']],
  [/\.mjs$/, ['.mts', '.d.mts']],
  [/\.cjs$/, ['.cts', '.d.cts']],
];

interface Paths {
  readonly base: string;
  readonly entries: readonly (readonly [pattern: string, targets: readonly string[]])[];
  readonly baseUrl: string | undefined;
}

/** Resolves specifiers; remembers what it has read. */
export class ModulePaths {
  readonly #files = new Map<string, boolean>();
  readonly #json = new Map<string, Record<string, unknown> | undefined>();
  readonly #paths = new Map<string, Paths | undefined>();
  readonly #known = new Map<string, string | undefined>();

  /** The file that a specifier means in another file. */
  find(specifier: string, from: string): string | undefined {
    const folder = dirname(from);
    const key = `${folder}\0${specifier}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#find(specifier, folder));
    return this.#known.get(key);
  }

  #find(specifier: string, folder: string): string | undefined {
    if (/^\.{1,2}(?:\/|$)/.test(specifier) || isAbsolute(specifier)) return this.#fileOf(resolve(folder, specifier));
    if (specifier.startsWith('node:')) return undefined;
    return this.#mapped(specifier, folder) ?? this.#inPackages(specifier, folder);
  }

  /** The source behind a path without, or with another, extension. */
  #fileOf(path: string): string | undefined {
    if (/\.[cm]?tsx?$/.test(path) && this.#isFile(path)) return path;
    for (const [extension, sources] of COMPILED) {
      if (!extension.test(path)) continue;
      const stem = path.replace(extension, '');
      const found = sources.map((source) => stem + source).find((one) => this.#isFile(one));
      if (found !== undefined) return found;
    }
    const plain = SOURCES.map((source) => path + source).find((one) => this.#isFile(one));
    if (plain !== undefined) return plain;
    const manifest = this.#read(join(path, 'package.json'));
    const types = manifest?.['types'] ?? manifest?.['typings'];
    if (typeof types === 'string') return this.#fileOf(join(path, types));
    return SOURCES.map((source) => join(path, `index${source}`)).find((one) => this.#isFile(one));
  }

  #mapped(specifier: string, folder: string): string | undefined {
    const paths = this.#pathsOf(folder);
    if (paths === undefined) return undefined;
    for (const [pattern, targets] of paths.entries) {
      const rest = starOf(pattern, specifier);
      if (rest === undefined) continue;
      for (const target of targets) {
        const found = this.#fileOf(resolve(paths.base, target.replace('*', rest)));
        if (found !== undefined) return found;
      }
    }
    return paths.baseUrl === undefined ? undefined : this.#fileOf(join(paths.baseUrl, specifier));
  }

  /** The paths of the nearest tsconfig.json, those of what it extends where it has none. */
  #pathsOf(folder: string): Paths | undefined {
    if (this.#paths.has(folder)) return this.#paths.get(folder);
    const config = join(folder, 'tsconfig.json');
    const parent = dirname(folder);
    const found = this.#isFile(config)
      ? this.#readPaths(config, 0)
      : parent === folder
        ? undefined
        : this.#pathsOf(parent);
    this.#paths.set(folder, found);
    return found;
  }

  #readPaths(config: string, depth: number): Paths | undefined {
    const json = this.#read(config);
    if (json === undefined || depth > 10) return undefined;
    const { paths, baseUrl } = (json['compilerOptions'] ?? {}) as {
      paths?: Record<string, string[]>;
      baseUrl?: string;
    };
    if (paths === undefined && baseUrl === undefined) {
      for (const one of [json['extends'] ?? []].flat().toReversed()) {
        const parent = resolve(dirname(config), String(one));
        const found = this.#readPaths(parent.endsWith('.json') ? parent : `${parent}.json`, depth + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    const base = resolve(dirname(config), baseUrl ?? '.');
    // The pattern with the longest text in front of its star goes first.
    const entries = Object.entries(paths ?? {}).sort(
      ([a], [b]) => b.indexOf('*') - a.indexOf('*') || b.length - a.length,
    );
    return { base, entries, baseUrl: baseUrl === undefined ? undefined : base };
  }

  #inPackages(specifier: string, folder: string): string | undefined {
    const parts = specifier.split('/');
    const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
    const subpath = parts.slice(specifier.startsWith('@') ? 2 : 1).join('/');
    const typesName = `@types/${name.replace('@', '').replace('/', '__')}`;
    for (let at = folder; ; at = dirname(at)) {
      if (specifier.startsWith('#')) {
        const imports = this.#read(join(at, 'package.json'))?.['imports'];
        const target = imports === undefined ? undefined : matchExports(imports, specifier);
        if (imports !== undefined) return target === undefined ? undefined : this.#fileOf(join(at, target));
      } else {
        const found =
          this.#inPackage(join(at, 'node_modules', name), subpath) ??
          this.#inPackage(join(at, 'node_modules', typesName), subpath);
        if (found !== undefined) return found;
      }
      if (dirname(at) === at) return undefined;
    }
  }

  #inPackage(folder: string, subpath: string): string | undefined {
    const manifest = this.#read(join(folder, 'package.json'));
    if (manifest === undefined) return undefined;
    if (manifest['exports'] !== undefined) {
      const target = matchExports(manifest['exports'], subpath === '' ? '.' : `./${subpath}`);
      if (target !== undefined) return this.#fileOf(join(folder, target));
      if (manifest['types'] === undefined || subpath !== '') return undefined;
    }
    if (subpath !== '') return this.#fileOf(join(folder, subpath));
    const main = typeof manifest['main'] === 'string' ? this.#fileOf(join(folder, manifest['main'])) : undefined;
    return this.#fileOf(folder) ?? main;
  }

  #isFile(path: string): boolean {
    let known = this.#files.get(path);
    if (known === undefined) {
      try {
        known = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
      } catch {
        // A file where a folder would have to be.
        known = false;
      }
      this.#files.set(path, known);
    }
    return known;
  }

  #read(path: string): Record<string, unknown> | undefined {
    if (!this.#json.has(path))
      this.#json.set(path, this.#isFile(path) ? parseLenient(readFileSync(path, 'utf8')) : undefined);
    return this.#json.get(path);
  }
}

/** What stands for the star of a pattern; `''` where there is none and the text is the pattern. */
function starOf(pattern: string, text: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text ? '' : undefined;
  const end = pattern.slice(star + 1);
  const fits = text.length >= pattern.length - 1 && text.startsWith(pattern.slice(0, star)) && text.endsWith(end);
  return fits ? text.slice(star, text.length - end.length) : undefined;
}

/** The target of a subpath in `exports` or `imports` of a package, for the condition `types`. */
function matchExports(exports: unknown, subpath: string): string | undefined {
  const isMap = typeof exports === 'object' && exports !== null && !Array.isArray(exports);
  const keys = isMap ? Object.keys(exports) : [];
  const hasPaths = keys.some((key) => /^[.#]/.test(key));
  if (!hasPaths) return subpath === '.' ? targetOf(exports, '') : undefined;
  const map = exports as Record<string, unknown>;
  for (const key of keys.toSorted((a, b) => b.length - a.length)) {
    const rest = starOf(key, subpath);
    if (rest !== undefined) return targetOf(map[key], rest);
  }
  return undefined;
}

function targetOf(target: unknown, star: string): string | undefined {
  if (typeof target === 'string') return target.replaceAll('*', star);
  if (Array.isArray(target)) return target.map((one) => targetOf(one, star)).find((one) => one !== undefined);
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    if (!['types', 'import', 'require', 'node', 'default'].includes(condition)) continue;
    const found = targetOf(value, star);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** JSON with comments and commas at the end, as tsconfig.json has them. */
export function parseLenient(text: string): Record<string, unknown> | undefined {
  const bare = text
    .replace(/^\uFEFF/, '')
    .replaceAll(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? '')
    .replaceAll(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '');
  try {
    const value: unknown = JSON.parse(bare);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
