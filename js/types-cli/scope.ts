// What the names of a file stand for: scopes of modules, namespaces and blocks, imports, and what a module exports. Says
// nothing about types.
import type {
  Class,
  FunctionNode,
  Program,
  Statement,
  Directive,
  TSEnumDeclaration,
  TSGlobalDeclaration,
  TSInterfaceDeclaration,
  TSModuleDeclaration,
  TSTypeAliasDeclaration,
  TSTypeParameterDeclaration,
  VariableDeclarator,
  Expression,
} from './ast.ts';
import type { SourceFile } from './source-file.ts';

/** A declaration that is a type. */
export type TypeNode = TSInterfaceDeclaration | TSTypeAliasDeclaration | TSEnumDeclaration | Class;

/** A type, where it is declared. */
export interface TypeDeclaration {
  readonly node: TypeNode;
  readonly scope: Scope;
  /** Where its JSDoc comment ends. */
  readonly docsAt: number;
}

/** A value, where it is declared. */
export interface ValueDeclaration {
  readonly node: VariableDeclarator | FunctionNode | Class;
  readonly scope: Scope;
  readonly constant: boolean;
}

/** A name of another module: `*` is all of it. */
export interface ImportedName {
  readonly specifier: string;
  readonly name: string;
}

/** What a name stands for: several things at once. */
export interface Declared {
  readonly name: string;
  readonly types: TypeDeclaration[];
  readonly values: ValueDeclaration[];
  readonly namespaces: Scope[];
  imported?: ImportedName;
  /** Another name: `import A = B.C`. */
  alias?: { readonly path: readonly string[]; readonly scope: Scope };
  /** A type parameter of a function or class around it, whose type is not known here. */
  parameter?: true;
}

/** What a name of a module, or the default of one, is. */
export type Exported =
  | { readonly local: string }
  | { readonly from: ImportedName }
  | { readonly expression: Expression };

/** Names that are visible in a piece of a file. */
export class Scope {
  readonly file: SourceFile;
  readonly parent: Scope | undefined;
  readonly names: Map<string, Declared> = new Map();
  readonly exports: Map<string, Exported> = new Map();
  /** Modules of which everything is exported. */
  readonly stars: string[] = [];
  /** `export = X`. */
  equals: Expression | undefined;
  /** Bodies of `declare global`. */
  readonly globals: (readonly (Statement | Directive)[])[] = [];
  /** Bodies of `declare module 'x'`, by name. */
  readonly modules: Map<string, readonly (Statement | Directive)[]> = new Map();
  isModule = false;

  constructor(file: SourceFile, parent: Scope | undefined) {
    this.file = file;
    this.parent = parent;
  }

  /** The name, made when it is first asked for. */
  declare(name: string): Declared {
    let known = this.names.get(name);
    if (known === undefined) this.names.set(name, (known = { name, types: [], values: [], namespaces: [] }));
    return known;
  }
}

/** The scope of a file. */
export function fileScope(file: SourceFile): Scope {
  const scope = new Scope(file, undefined);
  declareAll(scope, (file.program as Program).body);
  return scope;
}

/** A scope for the names of a block, with what is declared in it. */
export function blockScope(parent: Scope, statements: readonly (Statement | Directive)[]): Scope {
  const scope = new Scope(parent.file, parent);
  declareAll(scope, statements);
  return scope;
}

/** Marks names as type parameters. */
export function declareParameters(scope: Scope, parameters: TSTypeParameterDeclaration | null | undefined): void {
  for (const { name } of parameters?.params ?? []) scope.declare(name.name).parameter = true;
}

/** Adds what statements declare. */
export function declareAll(scope: Scope, statements: readonly (Statement | Directive)[]): void {
  for (const statement of statements) declareStatement(scope, statement, statement.start, false);
}

function declareStatement(scope: Scope, statement: Statement | Directive, docsAt: number, exported: boolean): void {
  const add = (name: string): Declared => {
    // In a declaration file everything in a namespace is exported.
    if (exported || (scope.file.ambient && scope.parent !== undefined)) scope.exports.set(name, { local: name });
    return scope.declare(name);
  };
  switch (statement.type) {
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      add(statement.id.name).types.push({ node: statement, scope, docsAt });
      break;
    case 'TSEnumDeclaration':
      add(statement.id.name).types.push({ node: statement, scope, docsAt });
      break;
    case 'ClassDeclaration': {
      if (statement.id === null || statement.id === undefined) break;
      const declared = add(statement.id.name);
      declared.types.push({ node: statement, scope, docsAt });
      declared.values.push({ node: statement, scope, constant: true });
      break;
    }
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      if (statement.id !== null) add(statement.id.name).values.push({ node: statement, scope, constant: true });
      break;
    case 'VariableDeclaration':
      for (const declarator of statement.declarations) {
        if (declarator.id.type !== 'Identifier') continue;
        add(declarator.id.name).values.push({ node: declarator, scope, constant: statement.kind === 'const' });
      }
      break;
    case 'TSModuleDeclaration':
      declareModule(scope, statement, add);
      break;
    case 'TSImportEqualsDeclaration':
      declareImportEquals(scope, statement, add);
      break;
    default:
      declareModuleItem(scope, statement);
  }
}

function declareModule(
  scope: Scope,
  node: TSModuleDeclaration | TSGlobalDeclaration,
  add: (name: string) => Declared,
): void {
  if (node.global) {
    scope.globals.push(node.body.body);
    return;
  }
  if (node.body === null) return;
  if (node.id.type === 'Literal') {
    scope.modules.set(node.id.value, node.body.body);
    return;
  }
  const path: string[] = [];
  let id: { readonly type: string } = node.id;
  while (id.type === 'TSQualifiedName') {
    const { left, right } = id as unknown as { left: { type: string }; right: { name: string } };
    path.unshift(right.name);
    id = left;
  }
  path.unshift((id as unknown as { name: string }).name);
  let at = scope;
  for (const [index, name] of path.entries()) {
    const declared: Declared = index === 0 ? add(name) : at.declare(name);
    if (index > 0) at.exports.set(name, { local: name });
    const inner = new Scope(scope.file, at);
    declared.namespaces.push(inner);
    at = inner;
  }
  declareAll(at, node.body.body);
}

type ImportEquals = Extract<Statement, { type: 'TSImportEqualsDeclaration' }>;

function declareImportEquals(scope: Scope, node: ImportEquals, add: (name: string) => Declared): void {
  scope.isModule = true;
  const { moduleReference: from } = node;
  if (from.type === 'TSExternalModuleReference') {
    add(node.id.name).imported = { specifier: from.expression.value, name: 'export=' };
    return;
  }
  const path: string[] = [];
  let at: { readonly type: string } = from;
  while (at.type === 'TSQualifiedName') {
    const { left, right } = at as unknown as { left: { type: string }; right: { name: string } };
    path.unshift(right.name);
    at = left;
  }
  path.unshift((at as unknown as { name: string }).name);
  add(node.id.name).alias = { path, scope };
}

function declareModuleItem(scope: Scope, statement: Statement | Directive): void {
  switch (statement.type) {
    case 'ImportDeclaration':
      scope.isModule = true;
      for (const one of statement.specifiers) {
        const name =
          one.type === 'ImportSpecifier'
            ? nameOf(one.imported)
            : one.type === 'ImportDefaultSpecifier'
              ? 'default'
              : '*';
        scope.declare(one.local.name).imported = { specifier: statement.source.value, name };
      }
      break;
    case 'ExportNamedDeclaration': {
      scope.isModule = true;
      const { declaration, specifiers, source } = statement;
      if (declaration !== null) declareStatement(scope, declaration, statement.start, true);
      for (const { local, exported } of specifiers) {
        const name = nameOf(local);
        scope.exports.set(
          nameOf(exported),
          source === null ? { local: name } : { from: { specifier: source.value, name } },
        );
      }
      break;
    }
    case 'ExportAllDeclaration':
      scope.isModule = true;
      if (statement.exported === null) scope.stars.push(statement.source.value);
      else scope.exports.set(nameOf(statement.exported), { from: { specifier: statement.source.value, name: '*' } });
      break;
    case 'ExportDefaultDeclaration': {
      scope.isModule = true;
      const { declaration } = statement;
      if (declaration.type === 'TSInterfaceDeclaration' || declaration.type === 'ClassDeclaration') {
        const name = declaration.id?.name ?? 'default';
        const declared = scope.declare(name);
        declared.types.push({ node: declaration, scope, docsAt: statement.start });
        if (declaration.type === 'ClassDeclaration') declared.values.push({ node: declaration, scope, constant: true });
        scope.exports.set('default', { local: name });
      } else if (declaration.type === 'Identifier') {
        scope.exports.set('default', { local: declaration.name });
      } else if (declaration.type !== 'FunctionDeclaration' && declaration.type !== 'TSDeclareFunction') {
        scope.exports.set('default', { expression: declaration as Expression });
      }
      break;
    }
    case 'TSExportAssignment':
      scope.isModule = true;
      scope.equals = statement.expression;
      break;
    default:
  }
}

function nameOf(node: { readonly type: string }): string {
  return node.type === 'Literal'
    ? (node as unknown as { value: string }).value
    : (node as unknown as { name: string }).name;
}
