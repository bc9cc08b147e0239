// The files of a project, read once, and what names in them stand for across imports.
import { readFileSync } from 'node:fs';

import { ModulePaths } from './module-paths.ts';
import { declareAll, fileScope, Scope } from './scope.ts';
import { SourceFile } from './source-file.ts';

import type { Expression, Parse } from './ast.ts';
import type { Declared, ImportedName } from './scope.ts';

/** What a name stands for. */
export type Entity =
  | { readonly kind: 'declared'; readonly declared: Declared }
  | { readonly kind: 'module'; readonly scope: Scope }
  /** Something of this package: `body`, `Min`. */
  | { readonly kind: 'builtin'; readonly name: string }
  /** `export default` of an expression. */
  | { readonly kind: 'expression'; readonly expression: Expression; readonly scope: Scope }
  /** A module that cannot be found, or has no such name. */
  | { readonly kind: 'missing'; readonly message: string };

/** What `nexurejs` and its parts are called; an application may import from any of them. */
const OWN_PACKAGE = /^nexurejs(?:\/|$)/;

/** Exports that refer to each other in a circle end somewhere. */
const MAX_STEPS = 100;

/** Files and names of a project. */
export class Project {
  readonly #parse: Parse;
  readonly #paths = new ModulePaths();
  readonly #scopes = new Map<string, Scope | undefined>();
  /** Texts that are not what is on disk. */
  readonly #overlay = new Map<string, string>();
  readonly #globals: Scope[] = [];
  /** Modules that a declaration file describes. */
  readonly #modules = new Map<string, Scope>();
  /** Files that a file has taken names from. */
  readonly #uses = new Map<string, Set<string>>();

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** The paths of all files that were read. */
  get files(): readonly SourceFile[] {
    return [...this.#scopes.values()].flatMap((scope) => scope?.file ?? []);
  }

  /** The modules that declaration files describe, of those that were read. */
  get modules(): readonly Scope[] {
    return [...this.#modules.values()];
  }

  /** The files whose names a file has used, directly or through others. */
  usedBy(path: string): ReadonlySet<string> {
    const all = new Set<string>();
    const visit = (one: string): void => {
      for (const used of this.#uses.get(one) ?? []) {
        if (all.has(used)) continue;
        all.add(used);
        visit(used);
      }
    };
    visit(path);
    all.delete(path);
    return all;
  }

  /** The scope of a module that a file names. */
  #openFrom(path: string, specifier: string): Scope | undefined {
    const target = this.#paths.find(specifier, path);
    if (target === undefined) return undefined;
    const uses = this.#uses.get(path) ?? new Set();
    this.#uses.set(path, uses.add(target));
    return this.open(target);
  }

  /** Takes a text for that of a file. */
  overlay(path: string, text: string): void {
    this.#overlay.set(path, text);
    this.#scopes.delete(path);
  }

  /** The scope of a file; `undefined` where it cannot be read. */
  open(path: string): Scope | undefined {
    if (this.#scopes.has(path)) return this.#scopes.get(path);
    let scope: Scope | undefined;
    try {
      const text = this.#overlay.get(path) ?? readFileSync(path, 'utf8');
      scope = fileScope(new SourceFile(path, text, this.#parse));
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === undefined) throw error;
    }
    this.#scopes.set(path, scope);
    if (scope !== undefined) this.#collectGlobals(scope);
    return scope;
  }

  #collectGlobals(scope: Scope): void {
    if (!scope.isModule) {
      this.#globals.push(scope);
      // In a file that is a module itself, it adds to one that is described elsewhere.
      for (const [name, body] of scope.modules) {
        const inner = new Scope(scope.file, scope);
        declareAll(inner, body);
        if (!this.#modules.has(name)) this.#modules.set(name, inner);
      }
    }
    for (const body of scope.globals) {
      const inner = new Scope(scope.file, scope);
      declareAll(inner, body);
      this.#globals.push(inner);
    }
  }

  /** What a name stands for in a scope; `undefined`: nothing that a file of the project declares. */
  resolve(scope: Scope, name: string): Entity | undefined {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const declared = at.names.get(name) ?? this.#inMergedNamespace(at, name);
      if (declared !== undefined) return this.#settle(declared, at, 0);
    }
    for (const globals of this.#globals) {
      const declared = globals.names.get(name);
      if (declared !== undefined) return this.#settle(declared, globals, 0);
    }
    return undefined;
  }

  /** A namespace that is declared in pieces: one sees what the others export. */
  #inMergedNamespace(scope: Scope, name: string): Declared | undefined {
    for (const { namespaces } of scope.parent?.names.values() ?? []) {
      if (namespaces.length < 2 || !namespaces.includes(scope)) continue;
      for (const other of namespaces) if (other.exports.has(name)) return other.names.get(name);
    }
    return undefined;
  }

  #settle(declared: Declared, scope: Scope, steps: number): Entity {
    if (steps > MAX_STEPS) return missing(`${declared.name} is imported in a circle`);
    const { imported, alias } = declared;
    if (imported !== undefined) return this.importedFrom(scope.file.path, imported, steps + 1);
    if (alias === undefined) return { kind: 'declared', declared };
    const [first = '', ...rest] = alias.path;
    let at = this.resolve(alias.scope, first);
    for (const name of rest) at = at === undefined ? undefined : this.member(at, name);
    return at ?? missing(`${alias.path.join('.')} is not declared`);
  }

  /** What a file imports from another module. */
  importedFrom(path: string, { specifier, name }: ImportedName, steps = 0): Entity {
    if (OWN_PACKAGE.test(specifier)) return { kind: 'builtin', name };
    const scope = this.#openFrom(path, specifier) ?? this.#modules.get(specifier);
    if (scope === undefined) return missing(`no types were found for the module '${specifier}'`);
    return this.#exported(scope, name, steps) ?? missing(`the module '${specifier}' exports no ${name}`);
  }

  #exported(scope: Scope, name: string, steps: number): Entity | undefined {
    if (steps > MAX_STEPS) return missing(`${name} is exported in a circle`);
    if (scope.equals !== undefined) {
      const whole = this.#expression(scope.equals, scope);
      return name === 'default' || name === 'export=' || name === '*' || whole === undefined
        ? whole
        : this.member(whole, name);
    }
    if (name === '*' || name === 'export=') return { kind: 'module', scope };
    const exported = scope.exports.get(name);
    if (exported === undefined) {
      if (name === 'default') return undefined;
      for (const specifier of scope.stars) {
        const inner = this.#openFrom(scope.file.path, specifier);
        const found = inner === undefined ? undefined : this.#exported(inner, name, steps + 1);
        if (found !== undefined) return found;
        if (OWN_PACKAGE.test(specifier)) return { kind: 'builtin', name };
      }
      return undefined;
    }
    if ('from' in exported) return this.importedFrom(scope.file.path, exported.from, steps + 1);
    if ('expression' in exported) return this.#expression(exported.expression, scope);
    const declared = scope.names.get(exported.local);
    return declared === undefined ? undefined : this.#settle(declared, scope, steps + 1);
  }

  #expression(expression: Expression, scope: Scope): Entity | undefined {
    if (expression.type === 'Identifier') return this.resolve(scope, expression.name);
    if (expression.type === 'MemberExpression' && !expression.computed && expression.property.type === 'Identifier') {
      const left = this.#expression(expression.object, scope);
      return left === undefined ? undefined : this.member(left, expression.property.name);
    }
    return { kind: 'expression', expression, scope };
  }

  /** `Left.name`, where the left is a namespace or a module. */
  member(left: Entity, name: string): Entity | undefined {
    if (left.kind === 'module') return this.#exported(left.scope, name, 0);
    if (left.kind === 'builtin')
      return left.name === '*' || left.name === 'default' ? { kind: 'builtin', name } : undefined;
    if (left.kind !== 'declared') return undefined;
    for (const scope of left.declared.namespaces) {
      const found = this.#exported(scope, name, 0);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function missing(message: string): Entity {
  return { kind: 'missing', message };
}
