// Every stable error code, in one table: docs/errors.md is generated from it, and a test holds it equal to the codes
// of the native core.

/** A code's meaning: the HTTP status it is answered with (0: it never reaches a client) and what it says. */
export interface CodeMeaning {
  readonly status: number;
  readonly meaning: string;
}

/** All codes. */
export const codes = {
  // Answered natively, before JavaScript is entered.
  ERR_NEXURE_ROUTE_NOT_FOUND: { status: 404, meaning: 'No route matches the path.' },
  ERR_NEXURE_METHOD_NOT_ALLOWED: {
    status: 405,
    meaning: 'The path has routes, but none for this method; `Allow` lists those it has.',
  },
  ERR_NEXURE_PATH_ENCODING: { status: 400, meaning: 'The path holds a percent escape that is malformed or not UTF-8.' },
  ERR_NEXURE_HTTP_MALFORMED: { status: 400, meaning: 'The bytes are not an HTTP/1.1 request.' },
  ERR_NEXURE_HTTP_HOST: { status: 400, meaning: '`Host` is missing, doubled or not a host.' },
  ERR_NEXURE_HTTP_FRAMING: {
    status: 400,
    meaning: '`Content-Length` and `Transfer-Encoding` leave the length of the content in doubt.',
  },
  ERR_NEXURE_HTTP_CHUNKED: { status: 400, meaning: 'The chunked coding of the content is malformed.' },
  ERR_NEXURE_HTTP_HEAD_TOO_LARGE: {
    status: 431,
    meaning: 'The head is larger than `server.maxHeadBytes` or has more fields than `server.maxHeaderFields`.',
  },
  ERR_NEXURE_HTTP_TRAILERS_TOO_LARGE: {
    status: 431,
    meaning: 'The trailer section is larger than 8 KiB or 32 fields.',
  },
  ERR_NEXURE_HTTP_TARGET_TOO_LONG: {
    status: 414,
    meaning: 'The request target is longer than `server.maxTargetBytes`.',
  },
  ERR_NEXURE_HTTP_METHOD_UNKNOWN: { status: 501, meaning: 'The method is none this server knows.' },
  ERR_NEXURE_HTTP_TRACE: { status: 405, meaning: 'A client asked for its request to be sent back with TRACE.' },
  ERR_NEXURE_HTTP_CONNECT: { status: 405, meaning: 'A client asked for a tunnel with CONNECT; this server is none.' },
  ERR_NEXURE_HTTP_VERSION: { status: 505, meaning: 'The version is neither HTTP/1.1 nor HTTP/1.0.' },
  ERR_NEXURE_HTTP_EXPECTATION: { status: 417, meaning: '`Expect` asks for something other than `100-continue`.' },
  ERR_NEXURE_BODY_TOO_LARGE: {
    status: 413,
    meaning: 'The content is larger than `server.maxBodyBytes` or the limit of its route, as it came or decoded.',
  },
  ERR_NEXURE_REQUEST_TIMEOUT: { status: 408, meaning: 'The head or the body did not arrive in time.' },
  ERR_NEXURE_HANDLER_TIMEOUT: { status: 503, meaning: 'The handler did not answer within `server.handlerTimeoutMs`.' },
  ERR_NEXURE_OVERLOADED: {
    status: 503,
    meaning:
      'The server has as many requests as `server.queue` or the route allows; `Retry-After` says when to come back.',
  },
  ERR_NEXURE_HEADER_INVALID: { status: 500, meaning: 'An answer held header fields that must not be sent.' },
  ERR_NEXURE_INTERNAL: { status: 500, meaning: 'The application failed in a way it did not expect.' },
  // Answered by JavaScript.
  ERR_NEXURE_HTTP_ERROR: {
    status: 500,
    meaning: "The application threw an `HttpError` without a code of its own; its status is the answer's.",
  },
  ERR_NEXURE_TOO_MANY_PARAMETERS: { status: 400, meaning: 'A query or form has more than 1000 parameters.' },
  ERR_NEXURE_BODY_POISONED: {
    status: 400,
    meaning: 'A JSON body has a key that would change prototypes: `__proto__`, or `constructor` with a `prototype`.',
  },
  ERR_NEXURE_BODY_JSON: { status: 400, meaning: 'The content is not valid JSON.' },
  ERR_NEXURE_BODY_MISSING: { status: 400, meaning: 'The route has a schema for the content, and there is no content.' },
  ERR_NEXURE_BODY_MEDIA_TYPE: {
    status: 415,
    meaning:
      'The route has a schema for the content, and its `Content-Type` is missing, malformed or none that it is for.',
  },
  ERR_NEXURE_JSON_DUPLICATE_KEY: { status: 400, meaning: 'An object of a JSON text has a key twice.' },
  ERR_NEXURE_JSON_DEPTH: { status: 400, meaning: 'A JSON text is nested deeper than `limits.maxDepth`.' },
  ERR_NEXURE_JSON_LIMIT: {
    status: 413,
    meaning: 'A JSON text has more keys in an object, a longer key, string or number than `limits` says.',
  },
  ERR_NEXURE_BODY_ENCODING: {
    status: 415,
    meaning: 'The content has a `Content-Encoding` that is not decoded, or several, or a charset other than UTF-8.',
  },
  ERR_NEXURE_BODY_DECODING: {
    status: 400,
    meaning: 'The content is not in the coding that its `Content-Encoding` names, or is not all of it.',
  },
  ERR_NEXURE_BODY_ABORTED: { status: 400, meaning: 'The client ended before its content was complete.' },
  ERR_NEXURE_BODY_STREAMED: {
    status: 500,
    meaning:
      '`ctx.body` was read of a body that is read while it arrives: one with parts, on a route with `body: "stream"`, longer than `server.maxBufferedBodyBytes`, or longer than 1 MiB when it is decoded.',
  },
  ERR_NEXURE_SCHEMA_INVALID: {
    status: 422,
    meaning:
      'What was sent does not fit the schemas of its route; `errors` names each place by JSON Pointer (RFC 6901).',
  },
  ERR_NEXURE_SCHEMA_WORK: {
    status: 422,
    meaning: 'Checking what was sent takes more steps than a text of its length may cost.',
  },
  ERR_NEXURE_RESPONSE_INVALID: {
    status: 500,
    meaning: 'What a handler answered does not fit the `response` schema of its route; the log names each place.',
  },
  ERR_NEXURE_VALIDATOR_FAILED: {
    status: 500,
    meaning: 'A custom validator threw or rejected, or took longer than its `timeoutMs`; the message has its name.',
  },
  ERR_NEXURE_VALIDATOR_RESULT: {
    status: 500,
    meaning:
      'A custom validator gave something other than one boolean (or 0 or 1) for each value; the message has its name.',
  },
  ERR_NEXURE_ARGUMENT_INVALID: {
    status: 400,
    meaning: 'A parameter, a value of the query, a header field or a cookie is not what its pipe asks for.',
  },
  ERR_NEXURE_GUARD_REFUSED: { status: 403, meaning: 'A guard did not say `true`.' },
  ERR_NEXURE_BODY_USED: { status: 500, meaning: 'A body was read a second time after it had been taken as a stream.' },
  ERR_NEXURE_EVENT_INVALID: {
    status: 500,
    meaning: 'A server-sent event has a line break in its type or id, or data without a JSON form.',
  },
  ERR_NEXURE_MULTIPART_TYPE: {
    status: 415,
    meaning: 'A form was asked for, and the content is not `multipart/form-data`.',
  },
  ERR_NEXURE_MULTIPART_BOUNDARY: {
    status: 400,
    meaning: 'The content type of a form is malformed, or has no boundary or more than one (RFC 2046 §5.1.1).',
  },
  ERR_NEXURE_MULTIPART_MALFORMED: {
    status: 400,
    meaning: 'A delimiter or the header of a part is malformed, or more than 16 KiB of a form belong to no part.',
  },
  ERR_NEXURE_MULTIPART_TRUNCATED: { status: 400, meaning: 'A form ended before its closing delimiter.' },
  ERR_NEXURE_MULTIPART_TOO_MANY_FIELDS: { status: 413, meaning: 'A form has more fields than `maxFields`.' },
  ERR_NEXURE_MULTIPART_TOO_MANY_FILES: { status: 413, meaning: 'A form has more files than `maxFiles`.' },
  ERR_NEXURE_MULTIPART_TOO_MANY_PARTS: { status: 413, meaning: 'A form has more parts than `maxParts`.' },
  ERR_NEXURE_MULTIPART_NAME_TOO_LONG: { status: 413, meaning: 'The name of a part is longer than `maxNameBytes`.' },
  ERR_NEXURE_MULTIPART_FIELD_TOO_LARGE: {
    status: 413,
    meaning: 'A field, or a part that is passed over, is larger than `maxFieldBytes`.',
  },
  ERR_NEXURE_MULTIPART_FILE_TOO_LARGE: { status: 413, meaning: 'A file is larger than `maxFileBytes`.' },
  ERR_NEXURE_MULTIPART_HEAD_TOO_LARGE: {
    status: 413,
    meaning: 'The header of a part is larger than `maxPartHeadBytes`.',
  },
  ERR_NEXURE_MULTIPART_TOO_MANY_HEADERS: {
    status: 413,
    meaning: 'A part has more header lines than `maxPartHeaders`.',
  },
  ERR_NEXURE_MULTIPART_TOO_LARGE: { status: 413, meaning: 'A form is larger than `maxTotalBytes`.' },
  ERR_NEXURE_PART_CONSUMED: {
    status: 500,
    meaning: 'A part of a form was read a second time, or after the loop over the parts had moved on.',
  },
  ERR_NEXURE_UPLOAD_NAME: {
    status: 400,
    meaning: '`saveTo` was given a name that is none on every system: with a separator, reserved, or too long.',
  },
  ERR_NEXURE_UPLOAD_EXISTS: { status: 409, meaning: '`saveTo` was given the name of a file that is there.' },
  ERR_NEXURE_UPLOAD_NO_SPACE: { status: 507, meaning: 'There is no room for an upload.' },
  ERR_NEXURE_UPLOAD_FAILED: {
    status: 500,
    meaning: 'An upload could not be written; the message has the path, and `cause` what the system said.',
  },
  ERR_NEXURE_ANSWER_TYPE: {
    status: 500,
    meaning:
      'A handler returned something that cannot be an answer: a function, a symbol, a bigint, or an object without a JSON form.',
  },
  ERR_NEXURE_ANSWERED_TWICE: { status: 500, meaning: 'A request was answered a second time.' },
  ERR_NEXURE_STATUS_INVALID: { status: 500, meaning: 'A status is not an integer from 200 to 599.' },
  ERR_NEXURE_HEADER_NAME: { status: 500, meaning: 'A header name is not a token (RFC 9110 §5.1).' },
  ERR_NEXURE_HEADER_VALUE: {
    status: 500,
    meaning: 'A header value holds a control character or one above U+00FF (RFC 9110 §5.5).',
  },
  ERR_NEXURE_HEADER_RESERVED: {
    status: 500,
    meaning:
      'The header belongs to the server: `Transfer-Encoding`, `Connection` other than `close`, a `Content-Length` that is no length.',
  },
  ERR_NEXURE_COOKIE_INVALID: {
    status: 500,
    meaning: 'A cookie has a name, a value or an attribute that cannot be sent, or a prefix that it does not keep.',
  },
  ERR_NEXURE_EXPRESS_HANDLER: {
    status: 0,
    meaning: '`fromExpress()` was given something that is no Express middleware.',
  },
  ERR_NEXURE_EXPRESS_UNSUPPORTED: {
    status: 0,
    meaning: 'An Express middleware asked for something that only an Express application has, such as views.',
  },
  ERR_NEXURE_COOKIE_KEYS: {
    status: 500,
    meaning: 'A signed or encrypted cookie was read or set, and the option `cookies.keys` is not there.',
  },
  ERR_NEXURE_REQUEST_ID: {
    status: 500,
    meaning: '`requestId.generate` gave something that is no id: text of 1-128 letters, digits or `_-.:=+/@`.',
  },
  ERR_NEXURE_NO_CONTEXT: {
    status: 500,
    meaning: '`context()` was called where no request is handled, or without the option `asyncContext`.',
  },
  ERR_NEXURE_NEXT_CALLED_TWICE: {
    status: 500,
    meaning: 'A middleware called `next` a second time, or after the request was answered.',
  },
  ERR_NEXURE_CONTEXT_ENDED: { status: 500, meaning: 'A context was used after its request had been answered.' },
  // Answered about files, by both sides.
  ERR_NEXURE_FILE_PATH: {
    status: 400,
    meaning: 'The path cannot be that of a file: it holds `.` or `..`, an escaped `/`, `\\` or a control character.',
  },
  ERR_NEXURE_FILE_FORBIDDEN: { status: 403, meaning: 'The file may not be read, or `dotfiles` is `deny`.' },
  ERR_NEXURE_FILE_NOT_FOUND: { status: 404, meaning: 'There is no such file, or the options hide it.' },
  ERR_NEXURE_FILE_PRECONDITION: {
    status: 412,
    meaning: 'The file is not the one that `If-Match` or `If-Unmodified-Since` asks for.',
  },
  ERR_NEXURE_FILE_RANGE: { status: 416, meaning: 'No part of the range is in the file.' },
  ERR_NEXURE_FILE_TRUNCATED: {
    status: 500,
    meaning: 'A file became shorter while it was sent; if some of it was sent already, the connection is cut.',
  },
  // Thrown to the application.
  ERR_NEXURE_OPTION_INVALID: {
    status: 0,
    meaning: 'An option is unknown, of the wrong type or out of range; the message names its path.',
  },
  ERR_NEXURE_SCHEMA: {
    status: 0,
    meaning: 'A schema cannot be compiled; `pointer` and the message name the place, `reason` the kind of mistake.',
  },
  ERR_NEXURE_SCHEMA_VALUE: {
    status: 0,
    meaning:
      'A validator was given a value without a JSON form: `undefined`, a function, a symbol, a bigint, `NaN`, a cycle.',
  },
  ERR_NEXURE_VALIDATOR_INVALID: {
    status: 0,
    meaning: 'A custom format or keyword is malformed, or is defined a second time.',
  },
  ERR_NEXURE_VALIDATOR_ASYNC: {
    status: 0,
    meaning: 'A schema has an asynchronous validator, and was asked for a result at once: use `validateAsync`.',
  },
  ERR_NEXURE_CONTROLLER_INVALID: {
    status: 0,
    meaning:
      'A controller cannot be registered: a decorator stands where it cannot or contradicts another; the message names class and method.',
  },
  ERR_NEXURE_ROUTE_CONFLICT: {
    status: 0,
    meaning: 'Two routes have the same method and shape; the message names both.',
  },
  ERR_NEXURE_ROUTE_SYNTAX: { status: 0, meaning: 'A route pattern is malformed.' },
  ERR_NEXURE_ROUTE_CONDITION: { status: 0, meaning: 'The `host` or `version` of a route is not one.' },
  ERR_NEXURE_ROUTE_LIMIT: {
    status: 0,
    meaning: 'A route pattern is too long or has too many parameters, or there are too many routes.',
  },
  ERR_NEXURE_ROUTE_METHOD: { status: 0, meaning: 'A route names a method that does not exist.' },
  ERR_NEXURE_ROUTE_HANDLER: { status: 0, meaning: 'A route or middleware is not a function.' },
  ERR_NEXURE_CLIENT_PARAM: {
    status: 0,
    meaning: 'A typed client was given no usable value for a parameter of a path.',
  },
  ERR_NEXURE_CONTEXT_RESERVED: {
    status: 0,
    meaning: 'Middleware or `app.decorate` would put a property on the context that the framework has.',
  },
  ERR_NEXURE_CONTEXT_ADDITION: {
    status: 0,
    meaning: '`next()` was given something other than an object of properties.',
  },
  ERR_NEXURE_ROUTE_LATE: { status: 0, meaning: 'A route or middleware was added while the application was started.' },
  ERR_NEXURE_NATIVE_ANSWER: {
    status: 0,
    meaning: '`app.onNativeError` gave an answer that cannot be sent: its fields, its body, or what is neither.',
  },
  ERR_NEXURE_APP_STARTED: { status: 0, meaning: 'The application is started already.' },
  ERR_NEXURE_APP_STOPPED: { status: 0, meaning: 'The application was stopped while it was starting.' },
  ERR_NEXURE_REQUEST_INVALID: { status: 0, meaning: '`app.request()` was given something that is not a request.' },
  ERR_NEXURE_REQUEST_ABORTED: {
    status: 0,
    meaning: 'The connection of `app.request()` ended without an answer, or in the middle of it.',
  },
  ERR_NEXURE_TRANSPORT: { status: 0, meaning: 'The transport that was asked for does not exist in this runtime.' },
  ERR_NEXURE_POOL_RANGE: {
    status: 0,
    meaning: 'A pool was asked for a buffer of no, too many or a broken number of bytes; a `RangeError`.',
  },
  ERR_NEXURE_POOL_DOUBLE_RELEASE: { status: 0, meaning: 'A buffer was given back to its pool a second time.' },
  ERR_NEXURE_POOL_FOREIGN: {
    status: 0,
    meaning: 'A pool was given something that it has not lent: another buffer, or a part of one; a `TypeError`.',
  },
  // Dependency injection, modules, configuration.
  ERR_NEXURE_DI_PROVIDER: { status: 0, meaning: 'A provider, a token or a list of dependencies is malformed.' },
  ERR_NEXURE_DI_DUPLICATE: {
    status: 0,
    meaning: 'A token has a second provider, or is imported from two modules, and nothing says which is meant.',
  },
  ERR_NEXURE_DI_MISSING: { status: 0, meaning: 'Nobody provides a dependency; the message has the path to it.' },
  ERR_NEXURE_DI_CYCLE: { status: 0, meaning: 'Providers need each other; the message has the cycle.' },
  ERR_NEXURE_DI_CAPTIVE: {
    status: 0,
    meaning: 'What lives as long as the application would keep what lives as long as a request.',
  },
  ERR_NEXURE_DI_ASYNC: { status: 0, meaning: 'A value is needed at once that an async factory has not given yet.' },
  ERR_NEXURE_DI_FACTORY: {
    status: 0,
    meaning: 'A provider failed while the application started; `cause` has its error.',
  },
  ERR_NEXURE_DI_CONTEXT: { status: 0, meaning: '`inject()` was called where nothing is being made.' },
  ERR_NEXURE_DI_SCOPE: { status: 0, meaning: 'Something request-scoped was asked for without a request.' },
  ERR_NEXURE_DI_LATE: { status: 0, meaning: 'A provider was added to a container that is compiled.' },
  ERR_NEXURE_MODULE_INVALID: { status: 0, meaning: 'The definition of a module is malformed.' },
  ERR_NEXURE_MODULE_DUPLICATE: { status: 0, meaning: 'Two modules have the same name.' },
  ERR_NEXURE_MODULE_CYCLE: { status: 0, meaning: 'Modules import each other; the message has the cycle.' },
  ERR_NEXURE_MODULE_IMPORT: { status: 0, meaning: 'A module imports or exports something that is not there.' },
  ERR_NEXURE_MODULE_NOT_EXPORTED: { status: 0, meaning: 'A module uses what another has and does not export.' },
  ERR_NEXURE_MODULE_DISABLED: {
    status: 0,
    meaning: 'A module that is needed is disabled; the message has the reason.',
  },
  ERR_NEXURE_MODULE_START: { status: 0, meaning: 'A module failed while it started; `cause` has its error.' },
  ERR_NEXURE_MODULE_UNAVAILABLE: {
    status: 503,
    meaning: 'A lazy module could not be loaded; `Retry-After` says when it is tried again.',
  },
  ERR_NEXURE_OPENAPI: {
    status: 0,
    meaning:
      'An OpenAPI document would contradict itself: an `operationId` twice, or a security scheme that is not there.',
  },
  ERR_NEXURE_TYPES_REGISTRY: {
    status: 0,
    meaning:
      'There is no `nexure.types.json` where a schema is to be made from a type, or it cannot be read: run `nexure types`.',
  },
  ERR_NEXURE_TYPES_CALL: {
    status: 0,
    meaning:
      'A schema is to be made from a type at a place, or by a name, that `nexure types` has not read; the message has the place.',
  },
  ERR_NEXURE_TYPES_STALE: {
    status: 0,
    meaning: 'A source file has changed since `nexure types` has read it; the message names the file.',
  },
  ERR_NEXURE_TYPES_PARSER: {
    status: 0,
    meaning: 'TypeScript is to be read, and the package `oxc-parser` is not installed; the message has the command.',
  },
  ERR_NEXURE_TYPES_INVALID: {
    status: 0,
    meaning: 'Types cannot be schemas; the message lists each place with what is wrong.',
  },
  ERR_NEXURE_CLI_ENTRY: { status: 0, meaning: 'The command `nexure` was given a file that exports no application.' },
  ERR_NEXURE_CONFIG_INVALID: {
    status: 0,
    meaning: 'The configuration is invalid; the message lists every problem with its source.',
  },
  ERR_NEXURE_NATIVE_MISSING: {
    status: 0,
    meaning: 'No native binary could be loaded for this platform; the message names the command that mends it.',
  },
  ERR_NEXURE_NATIVE_MISMATCH: { status: 0, meaning: 'The native binary belongs to another version of the package.' },
} as const;

/** A stable error code. */
export type ErrorCode = keyof typeof codes;
