// Documents of what applications declare: paths, parameters, content, answers, errors, and what stands around them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { codes, createApp, Router } from '../../js/index.ts';
import { describedCodes } from '../../js/openapi/problems.ts';
import { checkDocument, contentSchema, exported, operationAt, operationsOf } from './documents.ts';

import type { AppOptions, Nexure, OpenApiDocument, RouteSettings } from '../../js/index.ts';

const handler = (): string => 'x';

/** What integers are bounded by. */
const SAFE = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

/** The document of one route. */
async function documentOf(path: string, settings: RouteSettings = {}, options?: AppOptions): Promise<OpenApiDocument> {
  const document = createApp(options).post(path, settings, handler).openapi();
  await checkDocument(document);
  return document;
}

describe('paths', () => {
  const TEXT = { type: 'string', minLength: 1 };
  const TABLE: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>> = {
    '/': { '/': {} },
    '/users/:id': { '/users/{id}': { id: TEXT } },
    '/users/:id(int)': { '/users/{id}': { id: { type: 'integer', ...SAFE } } },
    '/n/:n(float)/:b(bool)': { '/n/{n}/{b}': { n: { type: 'number' }, b: { type: 'boolean' } } },
    '/:id(uuid)': { '/{id}': { id: { type: 'string', format: 'uuid' } } },
    '/:day(date)': { '/{day}': { day: { type: 'string', format: 'date' } } },
    '/:name(slug)': { '/{name}': { name: { type: 'string', pattern: '^[a-z0-9]+(?:-[a-z0-9]+)*$' } } },
    '/:n(\\d+)': { '/{n}': { n: { type: 'string', pattern: '^(?:\\d+)$' } } },
    '/:n(^\\d+$)': { '/{n}': { n: { type: 'string', pattern: '^\\d+$' } } },
    '/:n(^a|b$)': { '/{n}': { n: { type: 'string', pattern: '^(?:^a|b$)$' } } },
    '/:n([(/)]+)/x': { '/{n}/x': { n: { type: 'string', pattern: '^(?:[(/)]+)$' } } },
    '/archive/:y(year)': { '/archive/{y}': { y: { type: 'string', pattern: '^(?:\\d{4})$' } } },
    '/:a-:b.:c': { '/{a}-{b}.{c}': { a: TEXT, b: TEXT, c: TEXT } },
    '/v1/books::batch': { '/v1/books:batch': {} },
    '/café/a b': { '/caf%C3%A9/a%20b': {} },
    '/files/*path': { '/files/{path}': { path: { type: 'string' } } },
    '/files/*': { '/files/{wildcard}': { wildcard: { type: 'string' } } },
    '*': { '/{wildcard}': { wildcard: { type: 'string' } } },
    '/a/:b(int)?/:c?': {
      '/a/{b}/{c}': { b: { type: 'integer', ...SAFE }, c: TEXT },
      '/a/{b}': { b: { type: 'integer', ...SAFE } },
      '/a': {},
    },
    '/:all?': { '/{all}': { all: TEXT }, '/': {} },
    '/a/': { '/a/': {} },
  };
  for (const [pattern, expected] of Object.entries(TABLE)) {
    test(`${pattern} becomes ${Object.keys(expected).join(' and ')}`, async () => {
      const document = await documentOf(pattern, {}, { routing: { constraints: { year: /\d{4}/ } } });
      const found = operationsOf(document).map(({ path, operation }) => [
        path,
        Object.fromEntries((operation.parameters ?? []).map(({ name, schema }) => [name, schema])),
      ]);
      assert.deepEqual(Object.fromEntries(found), expected);
    });
  }

  test('a wildcard says that it takes slashes', async () => {
    const { parameters = [] } = operationAt(await documentOf('/files/*'), 'post', '/files/{wildcard}');
    assert.equal(parameters[0]?.['x-wildcard'], true);
    assert.match(parameters[0]?.description ?? '', /slashes included/);
  });

  test('options of the router count', async () => {
    const routing = { strict: false, duplicateSlashes: 'merge', maxParamLength: 20 } as const;
    const document = await documentOf('//a//:b/', {}, { routing });
    const [{ path, operation } = { path: '', operation: undefined }] = operationsOf(document);
    assert.equal(path, '/a/{b}');
    assert.deepEqual(operation?.parameters?.[0]?.schema, { type: 'string', minLength: 1, maxLength: 20 });
  });

  test('an expression that ignores case is told in words', async () => {
    const document = await documentOf('/:y(year)', {}, { routing: { constraints: { year: /y\d/i } } });
    const [parameter] = operationAt(document, 'post', '/{y}').parameters ?? [];
    assert.deepEqual([parameter?.description, parameter?.schema], ['Matches /y\\d/i.', { type: 'string' }]);
  });

  test('routes of one shape are one path, named by the first, and one operation where their methods agree', async () => {
    const app = createApp()
      .get('/users/:id(int)', { openapi: { summary: 'by number' } }, handler)
      .get('/users/:name', handler)
      .delete('/users/:key', handler);
    const document = app.openapi();
    await checkDocument(document);
    assert.deepEqual(Object.keys(document.paths), ['/users/{id}']);
    const { summary, parameters } = operationAt(document, 'get', '/users/{id}');
    assert.equal(summary, 'by number');
    assert.deepEqual(parameters?.[0]?.schema, { anyOf: [{ type: 'integer', ...SAFE }, TEXT] });
  });

  test('prefixes of applications, groups and mounts count', async () => {
    const inner = new Router().get('/', handler).get('/:id', handler);
    const app = createApp({ globalPrefix: '/api' })
      .group('/v1', (group) => group.mount('/books', inner))
      .get('/', handler);
    const document = app.openapi();
    await checkDocument(document);
    assert.deepEqual(Object.keys(document.paths), ['/api/v1/books', '/api/v1/books/{id}', '/api']);
  });

  test('files, functions that are mounted, and what is hidden are left out', async () => {
    const app = createApp()
      .static('/assets', '/tmp')
      .mount('/other', () => new Response('x'))
      .get('/hidden', { openapi: false }, handler)
      .get('/seen', handler);
    assert.deepEqual(Object.keys(app.openapi().paths), ['/seen']);
  });
});

describe('parameters', () => {
  test('come from the schemas of query, params, headers and cookies', async () => {
    const document = await documentOf('/:id/:kind', {
      schema: {
        params: exported({
          type: 'object',
          properties: { id: { type: 'integer', minimum: 1, description: 'Its number.' } },
        }),
        query: exported({
          type: 'object',
          properties: {
            q: { type: 'string', deprecated: true },
            page: { type: 'integer', default: 1 },
            tags: { type: 'array', items: { type: 'string' } },
          },
          required: ['page', 'tags'],
        }),
        headers: exported({
          type: 'object',
          properties: { 'x-key': { type: 'string' }, authorization: { type: 'string' }, accept: { type: 'string' } },
          required: ['x-key'],
        }),
      },
    });
    const { parameters = [] } = operationAt(document, 'post', '/{id}/{kind}');
    assert.deepEqual(parameters, [
      {
        name: 'id',
        in: 'path',
        description: 'Its number.',
        required: true,
        schema: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      },
      { name: 'kind', in: 'path', required: true, schema: { type: 'string', minLength: 1 } },
      { name: 'q', in: 'query', deprecated: true, schema: { type: 'string' } },
      { name: 'page', in: 'query', schema: { type: 'integer', default: 1, ...SAFE } },
      { name: 'tags', in: 'query', required: true, schema: { type: 'array', items: { type: 'string' } } },
      { name: 'x-key', in: 'header', required: true, schema: { type: 'string' } },
    ]);
  });

  test('are found behind references and in parts of a schema', async () => {
    const query = {
      $ref: '#/$defs/Page',
      $defs: {
        Page: { allOf: [{ $ref: '#/$defs/Limit' }, { properties: { from: { type: 'string' } } }], required: ['from'] },
        Limit: { type: 'object', properties: { limit: { type: 'integer' } }, required: ['limit'] },
      },
    };
    const document = await documentOf('/', { schema: { query: exported(query) } });
    const { parameters = [] } = operationAt(document, 'post', '/');
    assert.deepEqual(
      parameters.map(({ name, required }) => [name, required]),
      [
        ['limit', true],
        ['from', true],
      ],
    );
    assert.equal(document.components.schemas?.['Page'], undefined, 'what nobody refers to is left out');
  });

  test('of names that are not known are one object', async () => {
    const query = exported({ type: 'object', additionalProperties: { type: 'integer' } });
    const { parameters = [] } = operationAt(await documentOf('/', { schema: { query } }), 'post', '/');
    const [parameter] = parameters;
    assert.deepEqual([parameter?.style, parameter?.explode, parameters.length], ['form', true, 1]);
    assert.deepEqual(parameter?.schema, { type: 'object', additionalProperties: { type: 'integer', ...SAFE } });
  });

  test('are described further by the route', async () => {
    const parameters = [
      { name: 'id', in: 'path', example: '7' },
      { name: 'session', in: 'cookie', schema: { type: 'string' } },
      { name: 'lost', in: 'path' },
    ] as const;
    const operation = operationAt(await documentOf('/:id', { openapi: { parameters } }), 'post', '/{id}');
    assert.deepEqual(
      operation.parameters?.map(({ name, example }) => [name, example]),
      [
        ['id', '7'],
        ['session', undefined],
      ],
    );
  });
});

describe('content', () => {
  const flat = {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'array', items: { type: 'number' } } },
  };
  const deep = { type: 'object', properties: { a: { type: 'object' } } };

  for (const [name, schema, types] of [
    ['of values without structure may be a form', flat, ['application/json', 'application/x-www-form-urlencoded']],
    ['with objects within is JSON', deep, ['application/json']],
    ['that is no object is JSON', { type: 'array' }, ['application/json']],
  ] as const) {
    test(name, async () => {
      const { requestBody } = operationAt(await documentOf('/', { schema: { body: exported(schema) } }), 'post', '/');
      assert.deepEqual(Object.keys(requestBody?.content ?? {}), types);
      assert.deepEqual(contentSchema(requestBody?.content), schema);
      assert.equal(requestBody?.required, true);
    });
  }

  test('asks for nothing that has a default, where that is said of answers', async () => {
    const Book = {
      title: 'Book',
      type: 'object',
      properties: { title: { type: 'string' }, pages: { type: 'integer', default: 1 } },
      required: ['title', 'pages'],
    };
    const settings = {
      schema: { body: exported(Book) },
      openapi: { responses: { 201: { content: { 'application/json': { schema: Book } } } } },
    };
    const document = await documentOf('/', settings);
    const { requestBody, responses } = operationAt(document, 'post', '/');
    assert.deepEqual(contentSchema(requestBody?.content), { $ref: '#/components/schemas/BookInput' });
    const answer = responses['201'];
    assert.deepEqual(answer !== undefined && 'content' in answer && contentSchema(answer.content), {
      $ref: '#/components/schemas/Book',
    });
    const { Book: output, BookInput: input } = document.components.schemas as Record<string, { required: string[] }>;
    assert.deepEqual([output?.required, input?.required], [['title', 'pages'], ['title']]);
  });

  test('of other media types is what the route says', async () => {
    const content = {
      'multipart/form-data': { schema: { type: 'object', properties: { cover: { type: 'string' } } } },
    };
    const document = await documentOf('/', {
      openapi: { requestBody: { description: 'A cover.', content, required: false } },
    });
    const { requestBody, responses } = operationAt(document, 'post', '/');
    assert.deepEqual(requestBody, { description: 'A cover.', content, required: false });
    assert.deepEqual(responses['413'], { $ref: '#/components/responses/FormTooLarge' });
  });

  test('that a library validates without telling is open', async () => {
    const body = { '~standard': { version: 1 as const, vendor: 'secret', validate: (value: unknown) => ({ value }) } };
    const { requestBody } = operationAt(await documentOf('/', { schema: { body } }), 'post', '/');
    assert.deepEqual(contentSchema(requestBody?.content), {
      description: 'Validated by secret, which gives no JSON Schema for it.',
    });
  });
});

describe('answers', () => {
  test('that nobody describes are a success', async () => {
    const { responses } = operationAt(await documentOf('/'), 'post', '/');
    assert.deepEqual(responses['2XX'], { description: 'Success' });
  });

  test('have the descriptions, fields and content that the route gives', async () => {
    const headers = { Location: { description: 'Where it is.', schema: { type: 'string' } } };
    const openapi = { responses: { 201: { description: 'Added.', headers }, 409: 'It is there.', '5XX': 'Ours.' } };
    const { responses } = operationAt(await documentOf('/', { openapi }), 'post', '/');
    assert.deepEqual(responses['201'], { description: 'Added.', headers });
    assert.deepEqual(responses['409'], { description: 'It is there.' });
    assert.equal(responses['2XX'], undefined);
    const failed = responses['500'];
    assert.ok(failed !== undefined && 'description' in failed);
    assert.equal(failed.description, 'Ours.');
    assert.deepEqual(Object.keys(failed.content ?? {}), ['application/problem+json']);
  });

  test('of the framework are those that the route may give', async () => {
    const app = createApp()
      .get('/plain', handler)
      .get('/typed/:id(int)', handler)
      .get('/host', { host: 'a.example' }, handler)
      .get('/health', { health: true }, handler)
      .post('/content', handler)
      .get('/query', { schema: { query: exported({ type: 'object', properties: { a: {} } }) } }, handler);
    const document = app.openapi();
    await checkDocument(document);
    const always = ['400', '408', '414', '417', '431', '500', '503', '2XX', 'default'];
    const more: Readonly<Record<string, readonly string[]>> = {
      '/plain': [],
      '/typed/{id}': ['404'],
      '/host': ['404'],
      '/health': [],
      '/content': ['413', '415'],
      '/query': ['422'],
    };
    for (const { path, operation } of operationsOf(document)) {
      assert.deepEqual(Object.keys(operation.responses).sort(), [...always, ...(more[path] ?? [])].sort(), path);
    }
    assert.deepEqual(operationAt(document, 'get', '/health').responses['503'], {
      $ref: '#/components/responses/TooSlow',
    });
    assert.deepEqual(operationAt(document, 'post', '/content').responses['400'], {
      $ref: '#/components/responses/BadContent',
    });
  });

  test('of the framework have every code that a client can meet', () => {
    const described = describedCodes();
    const missing = Object.entries(codes)
      .filter(([, { status }]) => status >= 400 && status !== 500)
      .map(([code]) => code)
      .filter((code) => !described.has(code as keyof typeof codes) && !code.startsWith('ERR_NEXURE_FILE_'));
    assert.deepEqual(missing, []);
  });

  test('of the framework are what it answers', async () => {
    const app = createApp().post('/', { schema: { body: exported({ type: 'object' }) } }, (ctx) => ctx.body);
    const { components } = app.openapi();
    const answer = await app.request('/', {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    const problem = (await answer.json()) as Record<string, unknown>;
    const example =
      components.responses?.['BadContent']?.content?.['application/problem+json']?.examples?.['ERR_NEXURE_BODY_JSON'];
    assert.ok(example !== undefined && 'value' in example);
    const { detail: _, ...rest } = problem;
    assert.deepEqual(rest, example.value);
  });

  test('of the framework are left out on demand', async () => {
    const document = createApp().get('/', handler).openapi({ errors: false });
    await checkDocument(document);
    assert.deepEqual(operationAt(document, 'get', '/').responses, { '2XX': { description: 'Success' } });
    assert.deepEqual(document.components, {});
  });
});

describe('names of operations', () => {
  const TABLE: Readonly<Record<string, string>> = {
    '/': 'postRoot',
    '/books': 'postBooks',
    '/books/:bookId/pages/:n(int)': 'postBooksByBookIdPagesByN',
    '/:a-:b': 'postByAByB',
    '/do-it/now.json': 'postDoItNowJson',
    '/日本': 'postPath0',
    '/files/*': 'postFilesByWildcard',
  };
  for (const [path, name] of Object.entries(TABLE)) {
    test(`${path} is ${name}`, async () => {
      const [one] = operationsOf(await documentOf(path));
      assert.equal(one?.operation.operationId, name);
    });
  }

  test('are numbered where one route is several operations, or two make the same name', async () => {
    const app = createApp()
      .route({ method: ['GET', 'PUT'], path: '/a/:b?', openapi: { operationId: 'it' }, handler })
      .get('/x-y', handler)
      .get('/x/y', handler);
    const document = app.openapi();
    await checkDocument(document);
    assert.deepEqual(
      operationsOf(document).map(({ operation }) => operation.operationId),
      ['it', 'it_3', 'it_2', 'it_4', 'getXY', 'getXY_2'].sort((a, b) => order(document, a) - order(document, b)),
    );
  });

  const order = (document: OpenApiDocument, name: string): number =>
    operationsOf(document).findIndex(({ operation }) => operation.operationId === name);

  test('that two routes claim are refused', () => {
    const openapi = (): RouteSettings => ({ openapi: { operationId: 'it' } });
    const app = createApp().get('/a', openapi(), handler).get('/b', openapi(), handler);
    assert.throws(() => app.openapi(), { code: 'ERR_NEXURE_OPENAPI', message: /operationId it/ });
  });
});

describe('hosts and versions', () => {
  const app = createApp()
    .get('/report', { version: '1.2.0', openapi: { summary: 'one' } }, handler)
    .get('/report', { version: '2.x', openapi: { summary: 'two' } }, handler)
    .get('/home', { host: 'api.example.com' }, handler)
    .get('/home', { host: '*.example.com' }, handler)
    .get('/any', { host: '*.example.com' }, handler)
    .get('/any', handler)
    .get('/odd', { host: /^admin\./ }, handler);

  test('are servers, and a header field', async () => {
    const document = app.openapi();
    await checkDocument(document);
    const { parameters = [], summary } = operationAt(document, 'get', '/report');
    assert.equal(summary, 'one');
    assert.deepEqual(
      [parameters[0]?.name, parameters[0]?.in, parameters[0]?.required],
      ['Accept-Version', 'header', true],
    );
    assert.deepEqual(operationAt(document, 'get', '/home').servers, [
      { url: '//api.example.com' },
      { url: '//{subdomain}.example.com', variables: { subdomain: { default: 'www' } } },
    ]);
    assert.equal(operationAt(document, 'get', '/any').servers, undefined, 'one of them is everywhere');
  });

  for (const [name, options, paths, summary] of [
    ['a version', { version: '2.4.1' }, ['/report', '/home', '/any', '/odd'], 'two'],
    ['a host', { host: 'admin.example.com' }, ['/report', '/home', '/any', '/odd'], 'one'],
    ['another host', { host: 'example.org:80' }, ['/report', '/any'], 'one'],
  ] as const) {
    test(`have documents of their own: ${name}`, async () => {
      const document = app.openapi(options);
      await checkDocument(document);
      assert.deepEqual(Object.keys(document.paths), paths);
      assert.equal(operationAt(document, 'get', '/report').summary, summary);
    });
  }
});

describe('the document', () => {
  const full = {
    info: {
      title: 'Books',
      version: '1.2.3',
      description: 'All of them.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'https://{region}.example.com', variables: { region: { default: 'eu' } } }],
    tags: [{ name: 'books', description: 'Of paper' }],
    externalDocs: { url: 'https://example.com' },
    security: [{ key: [] }],
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      bearer: { type: 'http', scheme: 'bearer' },
    },
  } as const;

  test('has what the option says, and what is given instead', async () => {
    const app = createApp({ openapi: full })
      .get('/open', { openapi: { security: [] } }, handler)
      .get('/closed', handler)
      .get('/other', { openapi: { security: [{ bearer: [] }], tags: ['books'] } }, handler);
    const document = app.openapi({ info: { title: 'Other', version: '2.0.0' } });
    await checkDocument(document);
    assert.deepEqual(document.info, { title: 'Other', version: '2.0.0' });
    assert.deepEqual(document.servers, full.servers);
    assert.deepEqual(document.components.securitySchemes, full.securitySchemes);
    const secured = (path: string): boolean => '401' in operationAt(document, 'get', path).responses;
    assert.deepEqual([secured('/open'), secured('/closed'), secured('/other')], [false, true, true]);
  });

  test('is the same for the same declarations', () => {
    const make = (): Nexure =>
      createApp({ openapi: full })
        .get('/b/:id(int)/:c?', { schema: { query: exported({ type: 'object', properties: { a: {} } }) } }, handler)
        .post('/a', { schema: { body: exported({ title: 'A', type: 'object', properties: {} }) } }, handler) as never;
    assert.equal(JSON.stringify(make().openapi()), JSON.stringify(make().openapi()));
  });

  test('of an application without routes is one', () => checkDocument(createApp().openapi()));

  test('refuses security that nobody explains', () => {
    const app = createApp().get('/', { openapi: { security: [{ lost: [] }] } }, handler);
    assert.throws(() => app.openapi(), { code: 'ERR_NEXURE_OPENAPI', message: /lost/ });
  });

  const REFUSED: Readonly<Record<string, AppOptions['openapi']>> = {
    'openapi.inof': { inof: {} } as never,
    'openapi.info.title': { info: { title: '', version: '1' } },
    'openapi.info.verison': { info: { title: 'x', version: '1', verison: 1 } as never },
    'openapi.servers[0].url': { servers: [{}] as never },
    'openapi.security': { security: {} as never },
    'openapi.path': { path: 'openapi.json' },
    'openapi.docs': { docs: '/docs/*' },
    'openapi.version': { version: '1.x' },
    'openapi.errors': { errors: 1 as never },
    openapi: [] as never,
  };
  for (const [path, openapi] of Object.entries(REFUSED)) {
    test(`refuses a wrong ${path}`, () => {
      const message = new RegExp(`option ${path.replaceAll(/[.[\]]/g, '\\$&')} `);
      assert.throws(() => createApp({ openapi: openapi as never }), { code: 'ERR_NEXURE_OPTION_INVALID', message });
    });
  }

  const REFUSED_OF_ROUTES: Readonly<Record<string, RouteSettings['openapi']>> = {
    'route.openapi.sumary': { sumary: 'x' } as never,
    'route.openapi.summary': { summary: 1 as never },
    'route.openapi.tags': { tags: 'x' as never },
    'route.openapi.deprecated': { deprecated: 'yes' as never },
    'route.openapi.parameters[0].in': { parameters: [{ name: 'a', in: 'body' as never }] },
    'route.openapi.responses': { responses: { '20': 'x' } },
    'route.openapi.responses.200.desc': { responses: { 200: { desc: 'x' } as never } },
    'route.openapi.requestBody.schema': { requestBody: { schema: {} } as never },
    'route.openapi': true as never,
  };
  for (const [path, openapi] of Object.entries(REFUSED_OF_ROUTES)) {
    test(`refuses a wrong ${path}`, () => {
      const message = new RegExp(`option ${path.replaceAll(/[.[\]]/g, '\\$&')} `);
      assert.throws(() => createApp().get('/', { openapi: openapi as never }, handler), {
        code: 'ERR_NEXURE_OPTION_INVALID',
        message,
      });
    });
  }
});
