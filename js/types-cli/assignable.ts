// Whether a type is assignable to another, decided from their structure: yes, no, or `undefined` where only a type checker
// would know. Collects what stands where a pattern says `infer`.
import { bare, force, literal, NEVER, STRING, UNKNOWN } from './types.ts';
import { membersOf, templatePattern } from './unions.ts';

import type { ObjectType, Tuple, Type } from './types.ts';

/** Yes, no, or not decided. */
export type Verdict = boolean | undefined;

/** What `infer` has found, by name. */
export type Found = Map<string, Type[]>;

/** Whether a type is assignable to another. */
export function matches(source: Type, target: Type, found: Found): Verdict {
  return assignable(source, target, { found, open: new Map() });
}

interface State {
  readonly found: Found;
  /** Pairs that are being compared: within themselves they are taken to fit. */
  readonly open: Map<Type, Set<Type>>;
}

function assignable(source: Type, target: Type, state: State): Verdict {
  const to = bare(target);
  if (to.kind === 'placeholder') {
    state.found.set(to.name, [...(state.found.get(to.name) ?? []), source]);
    return true;
  }
  const from = bare(source);
  if (from.kind === 'unsupported' || to.kind === 'unsupported') return undefined;
  if (from === to || from === NEVER || to === UNKNOWN) return true;
  if (to.kind === 'keyword' && to.name === 'any') return true;
  if (from.kind === 'keyword' && from.name === 'any') return undefined;
  if (from.kind === 'union' || isBoolean(from)) return every(partsOf(from).map((one) => assignable(one, to, state)));
  if (to.kind === 'union' || isBoolean(to)) return some(partsOf(to), (one) => assignable(from, one, state));
  if (from === UNKNOWN || to === NEVER) return false;
  const open = state.open.get(from) ?? new Set();
  if (open.has(to)) return true;
  state.open.set(from, open.add(to));
  const verdict = from.kind === 'placeholder' ? undefined : compare(from, to, state);
  open.delete(to);
  return verdict;
}

type Simple = Exclude<ReturnType<typeof bare>, { kind: 'union' | 'placeholder' }>;

function compare(from: Simple, to: Simple, state: State): Verdict {
  switch (to.kind) {
    case 'literal':
      return from.kind === 'literal' && from.value === to.value;
    case 'keyword':
      if (to.name === 'object') return isObject(from);
      if (from.kind === 'literal') return typeof from.value === to.name;
      if (from.kind === 'template') return to === STRING;
      return from.kind === 'keyword' && from.name === to.name;
    case 'template':
      return matchTemplate(from, to, state);
    case 'function':
      if (from.kind !== 'function') return from.kind === 'object' ? undefined : false;
      return every([
        assignable(from.parameters(), to.parameters(), state) === undefined ? undefined : true,
        assignable(from.returns(), to.returns(), state),
      ]);
    case 'array':
      if (from.kind === 'array') return assignable(from.element(), to.element(), state);
      if (from.kind === 'tuple')
        return every(from.elements().map(({ type }) => assignable(type(), to.element(), state)));
      return from.kind === 'foreign' ? undefined : false;
    case 'tuple':
      return from.kind === 'tuple'
        ? tuples(from, to, state)
        : from.kind === 'array'
          ? arrayToTuple(from, to, state)
          : false;
    case 'foreign':
      if (from.kind === 'function' && to.name === 'Function') return true;
      if (from.kind !== 'foreign') return from.kind === 'object' ? undefined : false;
      if (from.name !== to.name) return undefined;
      return every(to.arguments.map((one, index) => assignable(from.arguments[index] ?? UNKNOWN, one, state)));
    case 'object':
      return toObject(from, to, state);
    case 'tag':
      return true;
    default:
      return undefined;
  }
}

function toObject(from: Simple, to: ObjectType, state: State): Verdict {
  const { properties, index, problems, symbols } = to.members();
  if (from.kind === 'keyword' && (from.name === 'null' || from.name === 'undefined')) return false;
  if (properties.size === 0 && index.length === 0 && problems.length === 0 && !symbols) return true;
  if (from.kind !== 'object') {
    // What texts, dates and functions have is not written down here.
    return properties.size > 0 && from.kind !== 'literal' && from.kind !== 'keyword' ? undefined : hasOnlyOwn(from, to);
  }
  if (problems.length > 0) return undefined;
  const own = from.members();
  const verdicts: Verdict[] = [];
  for (const [name, wanted] of properties) {
    const given = own.properties.get(name);
    if (given === undefined) verdicts.push(wanted.optional);
    else if (given.optional && !wanted.optional) verdicts.push(false);
    else verdicts.push(assignable(given.type(), wanted.type(), state));
  }
  for (const { key, value } of index) {
    const given = own.index.find((one) => bare(one.key) === bare(key) || bare(one.key) === STRING);
    if (given !== undefined) verdicts.push(assignable(given.value(), value(), state));
    for (const { type } of key === STRING ? own.properties.values() : [])
      verdicts.push(assignable(type(), value(), state));
  }
  return every(verdicts);
}

/** A value of each type that has properties of its own. */
const SAMPLES: Readonly<Record<string, unknown>> = { string: '', number: 0, boolean: true, bigint: 0n };

/** Texts and numbers have properties of their own, such as `length`: only others decide. */
function hasOnlyOwn(from: Simple, to: ObjectType): Verdict {
  if (from.kind === 'keyword' && ['date', 'object', 'symbol'].includes(from.name)) return undefined;
  const names = [...to.members().properties.values()].filter(({ optional }) => !optional).map(({ name }) => name);
  const value = from.kind === 'literal' ? from.value : from.kind === 'keyword' ? SAMPLES[from.name] : undefined;
  if (value === undefined || names.length === 0) return undefined;
  return names.some((name) => !(name in Object(value))) ? false : undefined;
}

function tuples(from: Tuple, to: Tuple, state: State): Verdict {
  const given = from.elements();
  const wanted = to.elements();
  const rest = wanted.findIndex((element) => element.rest);
  const tail = rest < 0 ? 0 : wanted.length - rest - 1;
  if (given.some((element) => element.rest) && rest < 0) return false;
  const least = wanted.filter((element) => !element.optional && !element.rest).length;
  if (given.filter((element) => !element.optional && !element.rest).length < least) return false;
  if (rest < 0 && given.length > wanted.length) return false;
  const verdicts = given.map((element, index): Verdict => {
    const fromEnd = given.length - index;
    const at =
      rest < 0 || index < rest ? wanted[index] : fromEnd <= tail ? wanted[wanted.length - fromEnd] : wanted[rest];
    if (at === undefined) return false;
    // `...infer Rest` takes all of them, as a tuple: below.
    if (at.rest && isPlaceholder(at.type())) return true;
    return assignable(element.type(), at.type(), state);
  });
  const spread = wanted[rest]?.type();
  if (spread !== undefined && isPlaceholder(spread)) {
    const middle = given.slice(rest, given.length - tail);
    verdicts.push(assignable({ kind: 'tuple', elements: () => middle }, spread, state));
  }
  return every(verdicts);
}

function isPlaceholder(type: Type): boolean {
  return force(type).kind === 'placeholder';
}

function arrayToTuple(from: Type & { kind: 'array' }, to: Tuple, state: State): Verdict {
  const wanted = to.elements();
  if (!wanted.every(({ optional, rest }) => optional || rest)) return false;
  return every(wanted.map(({ type }) => assignable(from.element(), type(), state)));
}

/** A text against a template; with `infer` only where texts tell where it begins and ends. */
function matchTemplate(from: Simple, to: Type & { kind: 'template' }, state: State): Verdict {
  if (from.kind !== 'literal') return from.kind === 'template' ? undefined : false;
  const text = String(from.value);
  if (typeof from.value !== 'string') return false;
  if (!to.types.some(isPlaceholder)) return templatePattern(to)?.test(text);
  let at = 0;
  for (const [index, fixed] of to.texts.entries()) {
    const isLast = index === to.texts.length - 1;
    const found =
      index === 0
        ? text.startsWith(fixed)
          ? 0
          : -1
        : isLast && fixed === ''
          ? text.length
          : isLast
            ? text.endsWith(fixed)
              ? text.length - fixed.length
              : -1
            : text.indexOf(fixed, at);
    if (found < at) return false;
    // Two types with nothing between them: the first takes one character.
    const end = index > 0 && !isLast && fixed === '' ? Math.min(at + 1, text.length) : found;
    const type = to.types[index - 1];
    if (type !== undefined) {
      const verdict = assignable(literal(text.slice(at, end)), type, state);
      if (verdict !== true) return verdict;
    }
    at = end + fixed.length;
  }
  return true;
}

function isObject(type: Simple): Verdict {
  if (type.kind === 'keyword') return type.name === 'date';
  return ['object', 'array', 'tuple', 'function', 'foreign'].includes(type.kind);
}

function isBoolean(type: Type): boolean {
  return type.kind === 'keyword' && type.name === 'boolean';
}

function partsOf(type: Type): readonly Type[] {
  return isBoolean(type) ? [literal(false), literal(true)] : membersOf(type);
}

function every(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function some(types: readonly Type[], decide: (type: Type) => Verdict): Verdict {
  let verdict: Verdict = false;
  for (const type of types) {
    const one = decide(type);
    if (one === true) return true;
    if (one === undefined) verdict = undefined;
  }
  return verdict;
}
