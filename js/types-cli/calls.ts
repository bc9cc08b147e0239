// Finds the calls of a file whose schema is made from a type: `body<CreateUser>()` and the others of this package, by the
// module they are imported from, whatever they are called. Makes their schemas.
import { emitSchema } from './emit.ts';
import { checkPart } from './parts.ts';
import { blockScope, declareParameters, Scope } from './scope.ts';
import { siteOf } from './site.ts';

import type { Expression, TSTypeParameterDeclaration, TSType } from './ast.ts';
import type { JsonSchema, TypeProblem } from './emit.ts';
import type { World } from './site.ts';
import type { Position } from './source-file.ts';

/** What a schema is for: a part of a request, the answer, or nothing in particular. */
export const KINDS = ['body', 'query', 'params', 'headers', 'cookies', 'response', 'schemaOf'] as const;

/** One of them. */
export type Kind = (typeof KINDS)[number];

/** A call with a type. */
export interface TypeCall {
  readonly kind: Kind;
  /** Where V8 sees it: at the name that is called. */
  readonly at: Position;
  /** The name that it gives its schema. */
  readonly name: string | undefined;
  /** The type, as it is written. */
  readonly type: string;
  readonly schema: JsonSchema;
  readonly problems: readonly TypeProblem[];
  /** Where an argument with the schema would stand: in place of the name, or between the parentheses. */
  readonly argument: { readonly start: number; readonly end: number };
}

/** A call with type arguments cannot be written without this. */
const HAS_CALL = /[^=]>\s*\(/;

/** Whether a text may hold such a call. */
export function mayCall(text: string): boolean {
  return HAS_CALL.test(text);
}

type AnyNode = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

/** The calls of a file, in their order. */
export function findCalls(path: string, world: World): readonly TypeCall[] {
  const scope = world.project.open(path);
  if (scope === undefined) return [];
  const calls: TypeCall[] = [];
  const visit = (value: unknown, at: Scope): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one, at);
      return;
    }
    if (typeof value !== 'object' || value === null || typeof (value as AnyNode).type !== 'string') return;
    const node = value as AnyNode;
    const inner = node.type === 'Program' ? at : scopeWithin(node, at);
    if (node.type === 'CallExpression') {
      const call = callOf(node, inner, world);
      if (call !== undefined) calls.push(call);
    }
    for (const child of Object.values(node)) if (typeof child === 'object') visit(child, inner);
  };
  visit(scope.file.program, scope);
  return calls;
}

/** The scope of what is in a node. */
function scopeWithin(node: AnyNode, scope: Scope): Scope {
  const { body, typeParameters } = node as {
    readonly body?: unknown;
    readonly typeParameters?: TSTypeParameterDeclaration | null;
  };
  let inner = scope;
  if (typeParameters?.type === 'TSTypeParameterDeclaration')
    declareParameters((inner = new Scope(scope.file, scope)), typeParameters);
  const isBlock = ['BlockStatement', 'StaticBlock', 'FunctionBody', 'TSModuleBlock'].includes(node.type);
  return isBlock && Array.isArray(body) ? blockScope(inner, body as never) : inner;
}

function callOf(node: AnyNode, scope: Scope, world: World): TypeCall | undefined {
  const {
    callee,
    typeArguments,
    arguments: given,
  } = node as unknown as {
    readonly callee: Expression;
    readonly typeArguments: { readonly params: readonly TSType[] } | null;
    readonly arguments: readonly AnyNode[];
  };
  const [type] = typeArguments?.params ?? [];
  if (type === undefined || typeArguments?.params.length !== 1) return undefined;
  const [first] = given;
  const name = first?.type === 'Literal' && typeof first['value'] === 'string' ? first['value'] : undefined;
  // With a schema as its argument it needs none.
  if (first !== undefined && name === undefined) return undefined;
  const called = calledName(callee, scope, world);
  if (called === undefined) return undefined;
  const { file } = scope;
  const at = { file, offset: called.offset };
  const text = file.text.slice(type.start, type.end).replaceAll(/\s+/g, ' ');
  const evaluated = siteOf(world, scope).type(type);
  const label = /^[\w$.]+$/.test(text) ? text : called.kind;
  const { schema, problems } = emitSchema(evaluated, { path: label, at: { file, offset: type.start } });
  const more =
    problems.length > 0 ? [] : checkPart(called.kind, evaluated, { path: label, at: { file, offset: type.start } });
  const argument = first ?? { start: node.end - 1, end: node.end - 1 };
  return { kind: called.kind, at, name, type: text, schema, problems: [...problems, ...more], argument };
}

function calledName(
  callee: Expression,
  scope: Scope,
  world: World,
): { readonly kind: Kind; readonly offset: number } | undefined {
  const { project } = world;
  if (callee.type === 'Identifier') {
    const entity = project.resolve(scope, callee.name);
    return entity?.kind === 'builtin' && isKind(entity.name) ? { kind: entity.name, offset: callee.start } : undefined;
  }
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier' || callee.computed) return undefined;
  const entity = project.resolve(scope, callee.object.name);
  const member =
    entity === undefined || callee.property.type !== 'Identifier'
      ? undefined
      : project.member(entity, callee.property.name);
  return member?.kind === 'builtin' && isKind(member.name)
    ? { kind: member.name, offset: callee.property.start }
    : undefined;
}

function isKind(name: string): name is Kind {
  return (KINDS as readonly string[]).includes(name);
}
