// Builds values from the words that native validation writes while it reads a text (`core/src/schema/columns.rs` tells what
// stands there): what `JSON.parse` would give, in half the time. No code is generated. Objects are copies of an empty one that
// has the same members, and strings are slices of the text: one that is kept keeps the text, which is why texts that
// go this way are short ({@link MAX_COLUMNS_BYTES}).
//
// `columnsPlanOf` takes what a compiled schema tells of its words, once. A check that is given `columnWords` says whether it
// has filled them, and `readColumns` builds the value from there and from the text. Texts that are not in the order
// of their schema fill no words, and are for `JSON.parse`.

/** Bytes of a text whose values go through words at the most; chosen: of longer ones a kept string would keep too much. */
export const MAX_COLUMNS_BYTES = 16 * 1024;

/** What native validation writes, until the next text. A text of n bytes has at most 4n / 3 words, but for a few. */
export const columnWords: Int32Array = new Int32Array(MAX_COLUMNS_BYTES * 2);

/** Says that the two halves of a double follow. */
const DOUBLE = -0x8000_0000;
/** The bits of a string's length; the one above says that it has escapes. */
const LENGTH = 0x7fff_ffff;
/** Objects to copy that are kept for one schema, by their members, which are the peer's choice; chosen. */
const MAX_TEMPLATES = 64;

/** What a value is. The first are the tags that stand before values of which the schema allows several kinds. */
const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const STRING = 4;
const ARRAY = 5;
const OBJECT = 6;
const CHOICE = 7;
const BOOLEAN = 8;
const TAGGED = 9;

/** A node as the native side tells it; members are numbers of nodes, and -1 is none. */
interface ToldNode {
  readonly tagged: boolean;
  readonly types: readonly string[];
  readonly choices?: readonly string[];
  readonly names?: readonly string[];
  readonly members?: readonly number[];
  readonly prefix?: readonly number[];
  readonly rest?: number;
}

/** What the words of one schema mean. */
export interface ColumnsPlan {
  readonly kind: number;
  readonly choices: readonly string[];
  /** Of an object: its members in their order, and what a copy of it begins as if all are there. */
  readonly names: readonly string[];
  members: readonly ColumnsPlan[];
  readonly all: number;
  template: object;
  readonly templates: Map<number, object>;
  /** Of an array: its first elements, and the others. */
  prefix: readonly ColumnsPlan[];
  rest: ColumnsPlan | undefined;
}

const KINDS: Readonly<Record<string, number>> = {
  null: NULL,
  boolean: BOOLEAN,
  integer: NUMBER,
  number: NUMBER,
  string: STRING,
  array: ARRAY,
  object: OBJECT,
};

function planOf({ tagged, types, choices, names = [] }: ToldNode): ColumnsPlan {
  let kind = tagged ? TAGGED : (KINDS[types[0] ?? 'null'] ?? NULL);
  if (kind === STRING && choices !== undefined) kind = CHOICE;
  // Properties in the order in which they are written below: all plans are of one hidden class.
  return {
    kind,
    choices: choices ?? [],
    names,
    members: [],
    all: 2 ** names.length - 1,
    template: {},
    templates: new Map(),
    prefix: [],
    rest: undefined,
  };
}

/** The meaning of the words of a schema, by what it tells of itself; `undefined` if it has none. */
export function columnsPlanOf(told: string | null): ColumnsPlan | undefined {
  if (told === null) return undefined;
  const { root, nodes } = JSON.parse(told) as { readonly root: number; readonly nodes: readonly ToldNode[] };
  const plans = nodes.map(planOf);
  // No words are ever filled with a value of which nothing is known.
  const plan = (number: number | undefined): ColumnsPlan => plans[number ?? -1] ?? planOf({ tagged: false, types: [] });
  for (const [number, { members = [], prefix = [], rest }] of nodes.entries()) {
    const one = plan(number);
    one.members = members.map(plan);
    one.prefix = prefix.map(plan);
    one.rest = plan(rest);
  }
  for (const one of plans) one.template = templateWith(one, one.all);
  return plan(root);
}

/** What a member is before it has its value: of the same kind, so that it need not change its representation. */
function initialOf(kind: number): unknown {
  if (kind === NUMBER) return 0;
  if (kind === BOOLEAN) return false;
  return kind === STRING || kind === CHOICE ? '' : undefined;
}

function templateWith({ names, members }: ColumnsPlan, present: number): object {
  const template: Record<string, unknown> = {};
  for (const [place, name] of names.entries()) {
    if (((present >>> place) & 1) === 1) template[name] = initialOf((members[place] as ColumnsPlan).kind);
  }
  return template;
}

function templateOf(plan: ColumnsPlan, present: number): object {
  const known = plan.templates.get(present);
  if (known !== undefined) return known;
  const template = templateWith(plan, present);
  if (plan.templates.size < MAX_TEMPLATES) plan.templates.set(present, template);
  return template;
}

let at = 0;
let text = '';

const halves = new Uint32Array(2);
const double = new Float64Array(halves.buffer);

/**
 * The value of a text that has filled {@link columnWords}. `from` is the whole text as a string; where that was made of
 * bytes as Latin-1, the bytes were ASCII.
 */
export function readColumns(plan: ColumnsPlan, from: string): unknown {
  at = 0;
  text = from;
  const value = read(plan, plan.kind);
  // It lives as long as its value, not until the next one.
  text = '';
  return value;
}

function readDouble(): number {
  halves[0] = columnWords[at++] as number;
  halves[1] = columnWords[at++] as number;
  return double[0] as number;
}

function readEscaped(start: number, length: number): string {
  return JSON.parse(`"${text.slice(start, start + (length & LENGTH))}"`) as string;
}

function read(plan: ColumnsPlan, kind: number): unknown {
  switch (kind) {
    case NUMBER: {
      const word = columnWords[at++] as number;
      return word === DOUBLE ? readDouble() : word;
    }
    case STRING: {
      const start = columnWords[at++] as number;
      const length = columnWords[at++] as number;
      return length >= 0 ? text.slice(start, start + length) : readEscaped(start, length);
    }
    case OBJECT:
      return readObject(plan);
    case ARRAY:
      return readArray(plan);
    case CHOICE:
      return plan.choices[columnWords[at++] as number];
    case BOOLEAN:
      return columnWords[at++] === 1;
    case TAGGED:
      return read(plan, columnWords[at++] as number);
    case TRUE:
      return true;
    case FALSE:
      return false;
    default:
      return null;
  }
}

function readArray({ prefix, rest }: ColumnsPlan): unknown[] {
  const count = columnWords[at++] as number;
  const list: unknown[] = [];
  for (let place = 0; place < count; place++) {
    const plan = (place < prefix.length ? prefix[place] : rest) as ColumnsPlan;
    list.push(read(plan, plan.kind));
  }
  return list;
}

function readObject(plan: ColumnsPlan): object {
  const present = columnWords[at++] as number;
  const object = { ...(present === plan.all ? plan.template : templateOf(plan, present)) } as Record<string, unknown>;
  const { names, members } = plan;
  for (let place = 0; place < names.length; place++) {
    if (((present >>> place) & 1) === 0) continue;
    const member = members[place] as ColumnsPlan;
    // The kinds that most members have stand here again: a call for each costs a fifth of the whole.
    let value: unknown;
    if (member.kind === STRING) {
      const start = columnWords[at++] as number;
      const length = columnWords[at++] as number;
      value = length >= 0 ? text.slice(start, start + length) : readEscaped(start, length);
    } else if (member.kind === NUMBER) {
      const word = columnWords[at++] as number;
      value = word === DOUBLE ? readDouble() : word;
    } else {
      value = read(member, member.kind);
    }
    object[names[place] as string] = value;
  }
  return object;
}
