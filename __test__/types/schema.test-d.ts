// What the compiler knows of schemas made by `t`, and of those of other libraries. Checked by `npm run typecheck`; nothing
// here is ever run.
import { Type as OldType } from '@sinclair/typebox';
import { type } from 'arktype';
import { Type } from 'typebox';
import * as v from 'valibot';
import * as z from 'zod';

import { jsonSchema, t } from '../../js/schema/index.ts';

import type { Infer, Input, Output } from '../../js/schema/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`. */
function holds<_Claim extends true>(): void {
  // Types only.
}

// What is sent and what comes out differ where there are defaults, dates and integers of 64 bits.
const Order = t.object({
  id: t.int64(),
  sku: t.string().trim().min(1),
  quantity: t.int().min(1).default(1),
  note: t.string().optional(),
  gift: t.boolean().nullable(),
  at: t.date(),
  state: t.enum(['open', 'paid']),
  lines: t.array(t.object({ price: t.number(), tags: t.array(t.string()).optional() })),
});
holds<
  Equal<
    Output<typeof Order>,
    {
      id: bigint;
      sku: string;
      quantity: number;
      gift: boolean | null;
      at: Date;
      state: 'open' | 'paid';
      lines: { price: number; tags?: string[] }[];
      note?: string;
    }
  >
>();
holds<
  Equal<
    Input<typeof Order>,
    {
      id: number | bigint;
      sku: string;
      gift: boolean | null;
      at: string | Date;
      state: 'open' | 'paid';
      lines: { price: number; tags?: string[] }[];
      quantity?: number;
      note?: string;
    }
  >
>();
holds<Equal<Infer<typeof Order>, Output<typeof Order>>>();

// Every kind.
holds<Equal<Output<ReturnType<typeof t.null>>, null>>();
const text64 = t.int64({ as: 'string' });
holds<Equal<Output<typeof text64>, string>>();
const literal = t.literal('a');
holds<Equal<Output<typeof literal>, 'a'>>();
const Color = { Red: 'red', Green: 2 } as const;
const color = t.enum(Color);
holds<Equal<Output<typeof color>, 'red' | 2>>();
const pair = t.tuple([t.string(), t.int()]);
holds<Equal<Output<typeof pair>, [string, number]>>();
const many = t.tuple([t.string()], { rest: t.date() });
holds<Equal<Output<typeof many>, [string, ...Date[]]>>();
holds<Equal<Input<typeof many>, [string, ...(string | Date)[]]>>();
const ages = t.record(t.int());
holds<Equal<Output<typeof ages>, Record<string, number>>>();
const some = t.record(t.enum(['a', 'b']), t.int());
holds<Equal<Output<typeof some>, { a?: number; b?: number }>>();
const either = t.union([t.string(), t.int()]);
holds<Equal<Output<typeof either>, string | number>>();
const both = t.intersect([t.object({ a: t.string() }), t.object({ b: t.int().default(1) })]);
holds<Equal<Output<typeof both>, { a: string } & { b: number }>>();
const shape = t.discriminated('kind', [
  t.object({ kind: t.literal('circle'), radius: t.number() }),
  t.object({ kind: t.literal('square'), side: t.number() }),
]);
holds<Equal<Output<typeof shape>, { kind: 'circle'; radius: number } | { kind: 'square'; side: number }>>();
// @ts-expect-error -- an object does not have the property
t.discriminated('kind', [t.object({ radius: t.number() })]);
const anything = t.unknown();
holds<Equal<Output<typeof anything>, unknown>>();

// Recursive ones are inferred.
const Tree = t.recursive('Tree', (self) =>
  t.object({ name: t.string(), at: t.date(), children: t.array(self), parent: self.nullable().optional() }),
);
type Tree = Output<typeof Tree>;
declare const tree: Tree;
holds<Equal<typeof tree.name, string>>();
holds<Equal<(typeof tree.children)[number]['children'], Tree['children']>>();
const deep = tree.children[0]?.children[0]?.parent?.at;
holds<Equal<typeof deep, Date | undefined>>();
// @ts-expect-error -- no such property, however deep
void tree.children[0]?.children[0]?.nothing;
interface Node {
  value: number;
  next: Node | null;
}
const list = t.recursive<Node>('Node', (self) => t.object({ value: t.number(), next: self.nullable() }));
holds<Equal<Output<typeof list>, Node>>();
// @ts-expect-error -- the schema is of another type
t.recursive<Node>('Node', (self) => t.object({ value: t.string(), next: self.nullable() }));

// Objects made of objects.
const User = t.object({ id: t.int(), name: t.string(), role: t.string().default('user'), age: t.int().optional() });
const patch = t.partial(User);
holds<Equal<Output<typeof patch>, { id?: number; name?: string; role?: string; age?: number }>>();
const full = t.required(User);
holds<Equal<Input<typeof full>, { id: number; name: string; role: string; age: number }>>();
const named = t.pick(User, ['name', 'age']);
holds<Equal<Output<typeof named>, { name: string; age?: number }>>();
const created = t.omit(User, ['id']);
holds<Equal<Input<typeof created>, { name: string; role?: string; age?: number }>>();
const extended = t.extend(User, { id: t.string(), more: t.boolean() });
holds<Equal<Output<typeof extended>, { name: string; role: string; id: string; more: boolean; age?: number }>>();
const keys = t.keyof(User);
holds<Equal<Output<typeof keys>, 'id' | 'name' | 'role' | 'age'>>();
// @ts-expect-error -- no such property
t.pick(User, ['nothing']);
// @ts-expect-error -- the default is of another type
t.int().default('1');

// JSON Schema by hand is of the type it is said to be.
const byHand = jsonSchema<{ a: number }>({ type: 'object', properties: { a: { type: 'number' } } });
holds<Equal<Output<typeof byHand>, { a: number }>>();
holds<Equal<Output<{ readonly type: 'string' }>, unknown>>();

// Other libraries.
const zodded = z.object({ a: z.string().default('x'), b: z.coerce.number(), c: z.email().optional() });
holds<Equal<Output<typeof zodded>, z.output<typeof zodded>>>();
holds<Equal<Input<typeof zodded>, z.input<typeof zodded>>>();
const valid = v.object({ a: v.optional(v.string(), 'x'), n: v.pipe(v.string(), v.transform(Number)) });
holds<Equal<Output<typeof valid>, v.InferOutput<typeof valid>>>();
holds<Equal<Input<typeof valid>, v.InferInput<typeof valid>>>();
const arked = type({ a: 'string', 'b?': 'string.numeric.parse' });
holds<Equal<Output<typeof arked>, typeof arked.infer>>();
holds<Equal<Input<typeof arked>, typeof arked.inferIn>>();
const boxed = Type.Object({
  a: Type.String(),
  b: Type.Optional(Type.Integer()),
  c: Type.Array(Type.Union([Type.Literal('x'), Type.Null()])),
  d: Type.Tuple([Type.String(), Type.Number()]),
  e: Type.Record(Type.String(), Type.Boolean()),
  f: Type.Intersect([Type.Object({ g: Type.Number() }), Type.Object({ h: Type.Unknown() })]),
  i: Type.Enum(['k', 'l']),
});
holds<
  Equal<
    Output<typeof boxed>,
    {
      a: string;
      c: ('x' | null)[];
      d: [string, number];
      e: Record<string, boolean>;
      f: { g: number } & { h: unknown };
      i: 'k' | 'l';
      b?: number;
    }
  >
>();
const cyclic = Type.Cyclic({ Node: Type.Object({ v: Type.Number(), next: Type.Optional(Type.Ref('Node')) }) }, 'Node');
declare const node: Output<typeof cyclic>;
holds<Equal<(typeof node)['v'], number>>();
const nested = node.next?.next?.v;
holds<Equal<typeof nested, number | undefined>>();
const old = OldType.Object({ a: OldType.String(), b: OldType.Optional(OldType.Integer()) });
holds<Equal<Output<typeof old>, { a: string; b?: number }>>();
