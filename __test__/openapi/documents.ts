// What every document is held to, by an independent validator and by hand; and schemas to make documents of.
import assert from 'node:assert/strict';

import { Validator } from '@seriousme/openapi-schema-validator';

import type { JsonSchema, OpenApiDocument, OperationObject, StandardSchema } from '../../js/index.ts';

/** It compiles the schema of OpenAPI once. */
const validator = new Validator();

/** A JSON Schema as a library would export it: accepted wherever schemas are, and validated by nobody. */
export function exported(
  schema: object | boolean,
  output: object | boolean = schema,
): StandardSchema<unknown, unknown> {
  const jsonSchema = { input: () => schema, output: () => output };
  const standard = { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }), jsonSchema };
  return { '~standard': standard };
}

/** Holds a document to OpenAPI 3.1, and to what its schema cannot say. */
export async function checkDocument(document: OpenApiDocument): Promise<void> {
  const plain = JSON.parse(JSON.stringify(document)) as OpenApiDocument;
  assert.deepEqual(plain, document, 'a document is JSON, without what JSON drops');
  const { valid, errors } = await validator.validate(plain as never);
  assert.ok(valid, JSON.stringify(errors, undefined, 1));
  for (const reference of referencesOf(plain)) {
    const target = reference
      .split('/')
      .slice(1)
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], plain);
    assert.notEqual(target, undefined, reference);
  }
  const operations = operationsOf(plain);
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length, 'each operation has a name of its own');
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
    assert.deepEqual(declared, named, path);
  }
}

/** All operations, with their places. */
export function operationsOf(
  document: OpenApiDocument,
): { path: string; method: string; operation: OperationObject }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation: operation as OperationObject })),
  );
}

/** The operation of a method on a path. */
export function operationAt(document: OpenApiDocument, method: string, path: string): OperationObject {
  const found = operationsOf(document).find((one) => one.method === method && one.path === path);
  assert.ok(found !== undefined, `${method} ${path} in ${Object.keys(document.paths).join(' ')}`);
  return found.operation;
}

/** The schema of JSON content. */
export function contentSchema(
  content: Readonly<Record<string, { readonly schema?: JsonSchema }>> | undefined,
): unknown {
  return content?.['application/json']?.schema;
}

function referencesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : referencesOf(inner),
  );
}
