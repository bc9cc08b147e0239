// What the framework itself answers, as components: one response for each status and kind of route, with an example for each
// code that it may have. Applications answer with codes of their own too, so codes are open.
import { codes } from '../errors/codes.ts';
import { titleOf } from '../errors/title.ts';

import type { ErrorCode } from '../errors/codes.ts';
import type { Components } from './components.ts';
import type { ExampleObject, Reference, ResponseObject, SchemaObject } from './types.ts';

/** What of a route decides which errors it may have. */
export interface Circumstances {
  /** Whether values of its path exist that no route takes, or it is for one host or version. */
  readonly mayMiss: boolean;
  readonly hasSchema: boolean;
  /** Whether content can be sent to it. */
  readonly takesContent: boolean;
  readonly takesForms: boolean;
  /** Whether it runs however full the server is. */
  readonly isExempt: boolean;
  readonly isSecured: boolean;
}

/** A response of the framework. */
interface ProblemResponse {
  /** Its name among the components. */
  readonly name: string;
  readonly status: number | 'default';
  readonly description: string;
  readonly codes: readonly ErrorCode[];
  readonly applies: (route: Circumstances) => boolean;
  readonly hasErrors?: boolean;
  readonly retryAfter?: boolean;
}

const HEAD_400: readonly ErrorCode[] = [
  'ERR_NEXURE_HTTP_MALFORMED',
  'ERR_NEXURE_HTTP_HOST',
  'ERR_NEXURE_HTTP_FRAMING',
  'ERR_NEXURE_PATH_ENCODING',
  'ERR_NEXURE_TOO_MANY_PARAMETERS',
  'ERR_NEXURE_ARGUMENT_INVALID',
];
const CONTENT_400: readonly ErrorCode[] = [
  ...HEAD_400,
  'ERR_NEXURE_HTTP_CHUNKED',
  'ERR_NEXURE_BODY_MISSING',
  'ERR_NEXURE_BODY_JSON',
  'ERR_NEXURE_BODY_POISONED',
  'ERR_NEXURE_JSON_DUPLICATE_KEY',
  'ERR_NEXURE_JSON_DEPTH',
  'ERR_NEXURE_BODY_DECODING',
  'ERR_NEXURE_BODY_ABORTED',
];

/** Every code that a client can meet stands in one of them, or in `OF_FILES`. */
const RESPONSES: readonly ProblemResponse[] = [
  {
    name: 'BadRequest',
    status: 400,
    description: 'The request is malformed.',
    codes: HEAD_400,
    applies: (route) => !route.takesContent,
  },
  {
    name: 'BadContent',
    status: 400,
    description: 'The request or its content is malformed.',
    codes: CONTENT_400,
    applies: (route) => route.takesContent && !route.takesForms,
  },
  {
    name: 'BadForm',
    status: 400,
    description: 'The request or its content is malformed.',
    codes: [
      ...CONTENT_400,
      'ERR_NEXURE_MULTIPART_BOUNDARY',
      'ERR_NEXURE_MULTIPART_MALFORMED',
      'ERR_NEXURE_MULTIPART_TRUNCATED',
      'ERR_NEXURE_UPLOAD_NAME',
    ],
    applies: (route) => route.takesForms,
  },
  {
    name: 'Unauthorized',
    status: 401,
    description: 'The request does not say who it comes from.',
    codes: [],
    applies: (route) => route.isSecured,
  },
  {
    name: 'Forbidden',
    status: 403,
    description: 'Whoever the request comes from may not do this.',
    codes: ['ERR_NEXURE_GUARD_REFUSED'],
    applies: (route) => route.isSecured,
  },
  {
    name: 'NotFound',
    status: 404,
    description: 'There is nothing of this name.',
    codes: ['ERR_NEXURE_ROUTE_NOT_FOUND'],
    applies: (route) => route.mayMiss,
  },
  {
    name: 'RequestTimeout',
    status: 408,
    description: 'The request did not arrive in time.',
    codes: ['ERR_NEXURE_REQUEST_TIMEOUT'],
    applies: () => true,
  },
  {
    name: 'ContentTooLarge',
    status: 413,
    description: 'The content is too large.',
    codes: ['ERR_NEXURE_BODY_TOO_LARGE', 'ERR_NEXURE_JSON_LIMIT'],
    applies: (route) => route.takesContent && !route.takesForms,
  },
  {
    name: 'FormTooLarge',
    status: 413,
    description: 'The form, or a part of it, is too large.',
    codes: [
      'ERR_NEXURE_BODY_TOO_LARGE',
      'ERR_NEXURE_MULTIPART_TOO_LARGE',
      'ERR_NEXURE_MULTIPART_TOO_MANY_FIELDS',
      'ERR_NEXURE_MULTIPART_TOO_MANY_FILES',
      'ERR_NEXURE_MULTIPART_TOO_MANY_PARTS',
      'ERR_NEXURE_MULTIPART_TOO_MANY_HEADERS',
      'ERR_NEXURE_MULTIPART_HEAD_TOO_LARGE',
      'ERR_NEXURE_MULTIPART_NAME_TOO_LONG',
      'ERR_NEXURE_MULTIPART_FIELD_TOO_LARGE',
      'ERR_NEXURE_MULTIPART_FILE_TOO_LARGE',
    ],
    applies: (route) => route.takesForms,
  },
  {
    name: 'UriTooLong',
    status: 414,
    description: 'The request target is too long.',
    codes: ['ERR_NEXURE_HTTP_TARGET_TOO_LONG'],
    applies: () => true,
  },
  {
    name: 'UnsupportedMediaType',
    status: 415,
    description: 'The content is of a type, a charset or a coding that is not read here.',
    codes: ['ERR_NEXURE_BODY_MEDIA_TYPE', 'ERR_NEXURE_BODY_ENCODING', 'ERR_NEXURE_MULTIPART_TYPE'],
    applies: (route) => route.takesContent,
  },
  {
    name: 'ExpectationFailed',
    status: 417,
    description: 'The request expects what this server does not do.',
    codes: ['ERR_NEXURE_HTTP_EXPECTATION'],
    applies: () => true,
  },
  {
    name: 'Invalid',
    status: 422,
    description: 'What was sent does not fit the schemas of the operation; `errors` names each place.',
    codes: ['ERR_NEXURE_SCHEMA_INVALID', 'ERR_NEXURE_SCHEMA_WORK'],
    applies: (route) => route.hasSchema,
    hasErrors: true,
  },
  {
    name: 'HeadTooLarge',
    status: 431,
    description: 'The header fields of the request, or its trailers, are too large.',
    codes: ['ERR_NEXURE_HTTP_HEAD_TOO_LARGE', 'ERR_NEXURE_HTTP_TRAILERS_TOO_LARGE'],
    applies: () => true,
  },
  {
    name: 'InternalError',
    status: 500,
    description: 'The application failed in a way it did not expect.',
    codes: ['ERR_NEXURE_INTERNAL', 'ERR_NEXURE_RESPONSE_INVALID', 'ERR_NEXURE_VALIDATOR_FAILED'],
    applies: () => true,
  },
  {
    name: 'Unavailable',
    status: 503,
    description: 'The server has too much to do, or the answer took too long.',
    codes: ['ERR_NEXURE_OVERLOADED', 'ERR_NEXURE_HANDLER_TIMEOUT', 'ERR_NEXURE_MODULE_UNAVAILABLE'],
    applies: (route) => !route.isExempt,
    retryAfter: true,
  },
  {
    name: 'TooSlow',
    status: 503,
    description: 'The answer took too long.',
    codes: ['ERR_NEXURE_HANDLER_TIMEOUT', 'ERR_NEXURE_MODULE_UNAVAILABLE'],
    applies: (route) => route.isExempt,
    retryAfter: true,
  },
  {
    name: 'Problem',
    status: 'default',
    description: 'Any other error.',
    codes: [
      'ERR_NEXURE_HTTP_ERROR',
      'ERR_NEXURE_METHOD_NOT_ALLOWED',
      'ERR_NEXURE_HTTP_CONNECT',
      'ERR_NEXURE_HTTP_TRACE',
      'ERR_NEXURE_UPLOAD_EXISTS',
      'ERR_NEXURE_UPLOAD_NO_SPACE',
      'ERR_NEXURE_HTTP_METHOD_UNKNOWN',
      'ERR_NEXURE_HTTP_VERSION',
    ],
    applies: () => true,
  },
];

const PROBLEM: SchemaObject = {
  description: 'A problem document (RFC 9457).',
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string', description: 'What the status is called.' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What is wrong with this request.' },
    code: { type: 'string', description: 'Stays the same for errors of one kind.' },
  },
  required: ['type', 'title', 'status', 'code'],
};

const INVALID_PROBLEM: SchemaObject = {
  description: 'A problem document (RFC 9457) that names each place, where there are any.',
  type: 'object',
  properties: {
    ...(PROBLEM['properties'] as SchemaObject),
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          in: { enum: ['body', 'query', 'params', 'headers', 'cookies'] },
          pointer: { type: 'string', description: 'A JSON Pointer (RFC 6901) into that part.' },
          code: { type: 'string', description: 'The rule that is not kept.' },
          message: { type: 'string' },
          params: { type: 'object', description: 'What the rule asks for.' },
        },
        required: ['in', 'pointer', 'code', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'code'],
};

/** Puts the schemas of problem documents among the components, before all others: their names are the same everywhere. */
export function defineProblems(components: Components): void {
  components.define('Problem', PROBLEM);
  components.define('InvalidProblem', INVALID_PROBLEM);
}

/** What the framework may answer on a route, by status. */
export function problemsOf(route: Circumstances): readonly (readonly [status: string, response: Reference])[] {
  return RESPONSES.filter(({ applies }) => applies(route)).map(({ name, status }) => [
    String(status),
    { $ref: `#/components/responses/${name}` },
  ]);
}

/** Every response of the framework by its name among the components. */
export function problemResponses(): Readonly<Record<string, ResponseObject>> {
  return Object.fromEntries(RESPONSES.map((response) => [response.name, responseOf(response)]));
}

/** Codes that stand in a response; a test holds that none is forgotten. */
export function describedCodes(): ReadonlySet<ErrorCode> {
  return new Set(RESPONSES.flatMap((response) => response.codes));
}

function responseOf({ status, description, codes: own, hasErrors, retryAfter }: ProblemResponse): ResponseObject {
  const headers = {
    'Retry-After': { description: 'Seconds until it is worth another try.', schema: { type: 'integer', minimum: 0 } },
  };
  return {
    description,
    ...(retryAfter === true ? { headers } : undefined),
    content: {
      'application/problem+json': {
        schema: { $ref: `#/components/schemas/${hasErrors === true ? 'InvalidProblem' : 'Problem'}` },
        ...(own.length === 0
          ? undefined
          : {
              examples: Object.fromEntries(
                own.map((code) => [code, exampleOf(code, status, code === 'ERR_NEXURE_SCHEMA_INVALID')]),
              ),
            }),
      },
    },
  };
}

function exampleOf(code: ErrorCode, declared: number | 'default', hasErrors: boolean): ExampleObject {
  const { meaning, status: own } = codes[code];
  const status = declared === 'default' ? own : declared;
  const errors = [{ in: 'body', pointer: '/items/0/quantity', code: 'minimum', message: 'must be at least 1' }];
  const value = { type: 'about:blank', title: titleOf(status), status, code, ...(hasErrors ? { errors } : undefined) };
  return { summary: meaning, value };
}
