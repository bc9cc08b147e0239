// The schemas of real libraries in documents.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

import { createApp } from '../../js/index.ts';
import { checkDocument, contentSchema, operationAt } from './documents.ts';

import type { StandardSchema } from '../../js/index.ts';

type AnySchema = StandardSchema<unknown, unknown>;

interface Case {
  readonly body: AnySchema;
  readonly query: AnySchema;
}

const LIBRARIES: Readonly<Record<string, Case>> = {
  zod: {
    body: z.object({ title: z.string().min(1), year: z.int().optional() }),
    query: z.object({ page: z.coerce.number().int().default(1), q: z.string() }),
  },
  valibot: {
    body: toStandardJsonSchema(
      v.object({ title: v.pipe(v.string(), v.minLength(1)), year: v.optional(v.pipe(v.number(), v.integer())) }),
    ) as AnySchema,
    query: toStandardJsonSchema(v.object({ page: v.optional(v.string(), '1'), q: v.string() })) as AnySchema,
  },
  arktype: {
    body: type({ title: 'string > 0', 'year?': 'number.integer' }) as unknown as AnySchema,
    query: type({ page: "string = '1'", q: 'string' }) as unknown as AnySchema,
  },
};

describe('schemas of', () => {
  for (const [name, { body, query }] of Object.entries(LIBRARIES)) {
    test(name, async () => {
      const app = createApp().post('/', { schema: { body, query } }, () => 'x');
      const document = app.openapi();
      await checkDocument(document);
      const { parameters = [], requestBody } = operationAt(document, 'post', '/');
      const required = Object.fromEntries(parameters.map((one) => [one.name, one.required === true]));
      assert.deepEqual(required, { page: false, q: true });
      const { required: needed, properties } = contentSchema(requestBody?.content) as {
        readonly required: readonly string[];
        readonly properties: Readonly<Record<'title' | 'year', { readonly type: string }>>;
      };
      assert.deepEqual(needed, ['title']);
      assert.deepEqual(properties.title, { type: 'string', minLength: 1 });
      assert.equal(properties.year.type, 'integer');
    });
  }

  test('zod that have no JSON form are open where they have none', async () => {
    const body = z.object({ at: z.date(), name: z.string() });
    const app = createApp().post('/', { schema: { body } }, () => 'x');
    const document = app.openapi();
    await checkDocument(document);
    const schema = contentSchema(operationAt(document, 'post', '/').requestBody?.content) as { properties: unknown };
    assert.deepEqual(schema.properties, { at: {}, name: { type: 'string' } });
  });

  test('zod with names and recursion become components', async () => {
    const Node = z.object({
      name: z.string(),
      get children() {
        return z.array(Node);
      },
    });
    const document = createApp()
      .post('/trees', { schema: { body: Node } }, () => 'x')
      .openapi();
    await checkDocument(document);
    const { requestBody } = operationAt(document, 'post', '/trees');
    assert.deepEqual(contentSchema(requestBody?.content), { $ref: '#/components/schemas/PostTreesBody' });
  });
});
