// Classes with described fields are schemas: the same by every compiler and in both dialects, and by the twin.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Args, Body, Controller, createApp, Post, Property, Schema, schemaClass } from '../../js/index.ts';
import { body, schemaOf, t } from '../../js/schema/index.ts';
import { partOf } from '../../js/validation/parts.ts';
import { compilers, importFixture, importSource } from './compilers.ts';

import type { Constructor, InjectInit } from '../../js/index.ts';
import type { Infer } from '../../js/schema/index.ts';
import type { Dialect } from './compilers.ts';

const jsonOf = (schema: unknown): unknown => JSON.parse(JSON.stringify(partOf('body', schema).json));

const ADDRESS = {
  type: 'object',
  properties: { street: { type: 'string', minLength: 1 }, zip: { type: 'string' } },
  required: ['street'],
  description: 'Where somebody lives.',
};
const CREATE_USER = {
  $ref: '#/$defs/CreateUser',
  $defs: {
    Address: ADDRESS,
    CreateUser: {
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 2 },
        age: { type: 'integer', minimum: 0 },
        address: { $ref: '#/$defs/Address' },
        others: { type: 'array', items: { $ref: '#/$defs/Address' } },
        friends: { type: 'array', items: { $ref: '#/$defs/CreateUser' } },
      },
      required: ['name', 'address'],
      'x-unknown': 'refuse',
    },
  },
};

const REQUESTS: readonly (readonly [target: string, init: InjectInit, status: number, body: string])[] = [
  ['/users', { json: { name: 'Ada', address: { street: 'x' } } }, 200, '{"name":"Ada","page":1}'],
  ['/users?page=7', { json: { name: 'Ada', address: { street: 'x' }, friends: [] } }, 200, '{"name":"Ada","page":7}'],
  ['/users', { json: { name: 'Ada', address: {} } }, 422, '"pointer":"/address'],
  [
    '/users',
    { json: { name: 'Ada', address: { street: 'x' }, others: [{ street: 1 }] } },
    422,
    '"pointer":"/others/0/street"',
  ],
  ['/users?page=x', { json: { name: 'Ada', address: { street: 'x' } } }, 422, '"in":"query"'],
  ['/users', { json: { name: 'Ada', address: { street: 'x' }, more: 1 } }, 422, '"pointer":"/more"'],
  ['/users/named', { json: { name: 'Ada' } }, 200, 'Ada'],
  ['/users/named', { json: { name: 'A' } }, 422, '"pointer":"/name"'],
];

for (const [name, compiler] of Object.entries(compilers)) {
  for (const dialect of ['standard', 'legacy'] satisfies Dialect[]) {
    test(`classes are schemas by ${name}, ${dialect} decorators`, async () => {
      const { Address, CreateUser, Users } = await importFixture('dtos.ts', compiler, dialect);
      assert.deepEqual(jsonOf(Address), ADDRESS);
      assert.deepEqual(jsonOf(CreateUser), CREATE_USER);
      const app = createApp().register(Users as Constructor);
      for (const [target, init, status, text] of REQUESTS) {
        const answer = await app.request(target, { method: 'POST', ...init });
        const given = await answer.text();
        assert.deepEqual([answer.status, given.includes(text)], [status, true], `${target}: ${given}`);
      }
    });
  }
}

describe('classes as schemas', () => {
  test('are described without decorators by schemaClass', async () => {
    class Item {
      declare title: string;
      declare price?: number;
    }
    class Sale extends Item {
      declare until: string;
    }
    schemaClass(Item, { title: t.string(), price: t.number().optional() }, { unknown: 'strip' });
    schemaClass(Sale, { until: { type: 'string', format: 'date' } });
    assert.deepEqual(jsonOf(Sale), {
      type: 'object',
      properties: { title: { type: 'string' }, price: { type: 'number' }, until: { type: 'string', format: 'date' } },
      required: ['title', 'until'],
      'x-unknown': 'strip',
    });
    const app = createApp().post('/items', body(Item), (ctx) => ctx.body.title);
    assert.equal(await (await app.request('/items', { method: 'POST', json: { title: 'x' } })).text(), 'x');
    assert.equal((await app.request('/items', { method: 'POST', json: { title: 1 } })).status, 422);
    const typed: Infer<typeof Sale> = { title: '', until: '' };
    assert.ok(typed);
  });

  test('can be made others of', () => {
    const Item = schemaClass(
      class {
        declare title: string;
        declare price?: number;
      },
      { title: t.string(), price: t.number().optional() },
    );
    const Change = t.partial(t.omit(schemaOf(Item), ['price']));
    assert.deepEqual(JSON.parse(JSON.stringify(Change)), { type: 'object', properties: { title: { type: 'string' } } });
    const change: Infer<typeof Change> = {};
    assert.ok(change);
    assert.throws(() => schemaOf(Date), /the class Date is no schema/);
  });

  test('give their type to handlers, and the schema of the class it is asked of', () => {
    class Parent {
      declare a: string;
    }
    schemaClass(Parent, { a: t.string() });
    class Child extends Parent {
      declare b: string;
    }
    assert.deepEqual(jsonOf(Child), jsonOf(Parent));
  });

  test('are the types of parameters where the compiler writes them down', async () => {
    const source = `
      import { Body, Controller, Post, Property, Schema } from 'nexurejs';
      const paramtypes = new Map();
      Reflect.getMetadata = (name, on, key) => (name === 'design:paramtypes' ? paramtypes.get(key) : undefined);
      @Schema() export class Dto { @Property({ type: 'string' }) a; }
      paramtypes.set('add', [Dto]);
      @Controller() export class Dtos { @Post('/dtos') add(@Body() dto) { return dto; } }`;
    try {
      const { Dtos } = await importSource(source, compilers['tsc 5.9'] as never, 'legacy');
      const app = createApp().register(Dtos as Constructor);
      assert.equal((await app.request('/dtos', { method: 'POST', json: { a: 1 } })).status, 422);
      assert.equal((await app.request('/dtos', { method: 'POST', json: { a: 'x' } })).status, 200);
    } finally {
      delete (Reflect as { getMetadata?: unknown }).getMetadata;
    }
  });

  const FAILURES: Readonly<Record<string, readonly [make: () => unknown, message: RegExp]>> = {
    'without a field': [
      () =>
        partOf(
          'body',
          schemaClass(
            class Empty {
              declare a: string;
            },
            {},
          ),
        ),
      /Empty says nothing of its fields/,
    ],
    'with a field of a class that is none': [
      () =>
        partOf(
          'body',
          schemaClass(
            class A {
              declare a: string;
            },
            {
              b: class B {
                declare b: string;
              },
            },
          ),
        ),
      /A\.b is described by the class B, which has no schema/,
    ],
    'with an unknown option': [
      () =>
        schemaClass(
          class A {
            declare a: string;
          },
          { a: t.string() },
          { nothing: 1 } as never,
        ),
      /schemaClass\.nothing is unknown/,
    ],
    'with @Property of nothing': [() => Property(undefined as never), /do two files import each other/],
    'with an unknown option of @Property': [
      () => Property(t.string(), { nothing: 1 } as never),
      /@Property\.nothing is unknown/,
    ],
    'with @Property on a method': [
      () => {
        class A {
          a(): void {}
        }
        (Property(t.string()) as (...given: unknown[]) => void)(A, undefined);
        Schema()(A);
        return partOf('body', A);
      },
      /A\.class: @Property stands on what is no public field/,
    ],
    'beside another schema of the same part': [
      () => {
        class Dto {
          declare a: string;
        }
        schemaClass(Dto, { a: t.string() });
        class Users {
          add(): void {}
        }
        const descriptor = { value: Users.prototype.add, configurable: true, writable: true };
        for (const decorate of [Post('/a', { body: t.string() }), Args(Body(Dto))]) {
          (decorate as (...given: unknown[]) => void)(Users.prototype, 'add', descriptor);
        }
        Controller()(Users);
        return createApp().register(Users);
      },
      /Users\.add has two schemas for its body/,
    ],
  };
  for (const [name, [make, message]] of Object.entries(FAILURES)) {
    test(`are refused ${name}`, () => assert.throws(make, message));
  }
});
