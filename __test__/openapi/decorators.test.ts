// What controllers say in documents. Decorators are called by hand: what compilers of both dialects make of them is tested
// elsewhere.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Api, Controller, createApp, Get, Post, Redirect, Schema, Status } from '../../js/index.ts';
import { checkDocument, contentSchema, exported, operationAt } from './documents.ts';

import type { OpenApiDocument } from '../../js/index.ts';

type Decorate = (target: object, name: string, descriptor: PropertyDescriptor) => unknown;

/** A controller with one method for each list of decorators. */
async function documentOf(
  methods: Readonly<Record<string, readonly unknown[]>>,
  ofClass: readonly unknown[] = [Controller('/books')],
): Promise<OpenApiDocument> {
  class Books {
    readonly name = 'Books';
  }
  for (const [name, decorators] of Object.entries(methods)) {
    Object.defineProperty(Books.prototype, name, { value: () => 'x', configurable: true, writable: true });
    const descriptor = Object.getOwnPropertyDescriptor(Books.prototype, name) as PropertyDescriptor;
    for (const decorate of decorators.toReversed()) (decorate as Decorate)(Books.prototype, name, descriptor);
  }
  for (const decorate of ofClass.toReversed()) (decorate as (theClass: object) => unknown)(Books);
  const document = createApp()
    .register(Books as never)
    .openapi();
  await checkDocument(document);
  return document;
}

describe('controllers in documents', () => {
  test('are tags, and statuses of decorators are answers', async () => {
    const body = exported({ type: 'object', properties: { a: {} } });
    const document = await documentOf({
      add: [Post('/', 201), Schema({ body })],
      leave: [Get('/old'), Redirect('/new', 301)],
      accept: [Post('/queue'), Status(202), Api({ responses: { 202: 'Later.' } })],
    });
    const { tags, requestBody, responses } = operationAt(document, 'post', '/books');
    assert.deepEqual(tags, ['Books']);
    assert.deepEqual(contentSchema(requestBody?.content), { type: 'object', properties: { a: {} } });
    assert.deepEqual(responses['201'], { description: 'Created' });
    assert.ok('301' in operationAt(document, 'get', '/books/old').responses);
    assert.deepEqual(operationAt(document, 'post', '/books/queue').responses['202'], { description: 'Later.' });
  });

  test('say more with @Api, a method before its class', async () => {
    const document = await documentOf(
      {
        one: [Get('/one'), Api({ summary: 'One', deprecated: false }), Api({ description: 'It.' })],
        two: [Get('/two', { openapi: { tags: ['two'] } })],
        hidden: [Get('/hidden'), Api(false)],
      },
      [Api({ deprecated: true }), Api({ tags: ['all'] }), Controller('/books')],
    );
    assert.deepEqual(Object.keys(document.paths), ['/books/one', '/books/two']);
    const { summary, description, deprecated, tags } = operationAt(document, 'get', '/books/one');
    assert.deepEqual([summary, description, deprecated, tags], ['One', 'It.', false, ['all']]);
    const two = operationAt(document, 'get', '/books/two');
    assert.deepEqual([two.deprecated, two.tags], [true, ['two']]);
  });

  test('can be hidden as a whole, but for what shows itself', async () => {
    const document = await documentOf({ one: [Get('/one')], two: [Get('/two'), Api({ summary: 'Two' })] }, [
      Controller('/books', { openapi: false }),
    ]);
    assert.deepEqual(Object.keys(document.paths), ['/books/two']);
  });

  test('refuse what is misspelt', () => {
    assert.throws(() => Api({ sumary: 'x' } as never), { code: 'ERR_NEXURE_OPTION_INVALID', message: /@Api\.sumary/ });
  });
});
