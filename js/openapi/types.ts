// OpenAPI 3.1 as types, as far as documents are made here and an application has its say in them. They hold JSON only.

/** A schema in the dialect of OpenAPI 3.1, which is JSON Schema 2020-12. */
export type JsonSchema = boolean | SchemaObject;

/** A schema that is no boolean. */
export type SchemaObject = Readonly<Record<string, unknown>>;

/** Who and what the API is. */
export interface InfoObject {
  readonly title: string;
  /** Of the API, not of OpenAPI. */
  readonly version: string;
  readonly summary?: string;
  readonly description?: string;
  readonly termsOfService?: string;
  readonly contact?: { readonly name?: string; readonly url?: string; readonly email?: string };
  readonly license?: { readonly name: string; readonly identifier?: string; readonly url?: string };
}

/** Where the API is. */
export interface ServerObject {
  readonly url: string;
  readonly description?: string;
  readonly variables?: Readonly<
    Record<string, { readonly default: string; readonly enum?: readonly string[]; readonly description?: string }>
  >;
}

/** What a tag means. */
export interface TagObject {
  readonly name: string;
  readonly description?: string;
  readonly externalDocs?: ExternalDocs;
}

/** Where there is more to read. */
export interface ExternalDocs {
  readonly url: string;
  readonly description?: string;
}

/** Names of security schemes with the scopes that are needed; all of one object are, one of a list. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** How a client says who it is. */
export type SecurityScheme = { readonly description?: string } & (
  | { readonly type: 'http'; readonly scheme: string; readonly bearerFormat?: string }
  | { readonly type: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
  | { readonly type: 'oauth2'; readonly flows: Readonly<Record<string, unknown>> }
  | { readonly type: 'openIdConnect'; readonly openIdConnectUrl: string }
  | { readonly type: 'mutualTLS' }
);

/** One example among several. */
export interface ExampleObject {
  readonly summary?: string;
  readonly description?: string;
  readonly value?: unknown;
}

/** What content of a media type holds. */
export interface MediaTypeObject {
  readonly schema?: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, ExampleObject | Reference>>;
  readonly encoding?: Readonly<Record<string, unknown>>;
}

/** Content by its media type. */
export type ContentObject = Readonly<Record<string, MediaTypeObject>>;

/** Something of `components`. */
export interface Reference {
  readonly $ref: string;
}

/** A value of a path, a query, a header or a cookie. */
export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly description?: string;
  readonly required?: boolean;
  readonly deprecated?: boolean;
  readonly style?: string;
  readonly explode?: boolean;
  readonly schema?: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, ExampleObject>>;
  /** Whether a path parameter takes slashes, too, which OpenAPI has no word for. */
  readonly 'x-wildcard'?: boolean;
}

/** What is sent to an operation. */
export interface RequestBodyObject {
  readonly description?: string;
  readonly content: ContentObject;
  readonly required?: boolean;
}

/** A header field of an answer. */
export interface HeaderObject {
  readonly description?: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
  readonly example?: unknown;
}

/** An answer. */
export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, HeaderObject>>;
  readonly content?: ContentObject;
}

/** What a method on a path does. */
export interface OperationObject {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly externalDocs?: ExternalDocs;
  readonly operationId: string;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: RequestBodyObject;
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>;
  readonly deprecated?: boolean;
  readonly security?: readonly SecurityRequirement[];
  readonly servers?: readonly ServerObject[];
}

/** A method, as OpenAPI writes it. */
export type OperationMethod = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';

/** The operations of a path. */
export type PathItem = { readonly [Method in OperationMethod]?: OperationObject };

/** What operations refer to. */
export interface ComponentsObject {
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  readonly responses?: Readonly<Record<string, ResponseObject>>;
  readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
}

/** An OpenAPI document. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: InfoObject;
  readonly servers?: readonly ServerObject[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: ComponentsObject;
  readonly security?: readonly SecurityRequirement[];
  readonly tags?: readonly TagObject[];
  readonly externalDocs?: ExternalDocs;
}

/** An answer as a route describes it: what its schema does not say. */
export interface ResponseDocs {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, HeaderObject>>;
  /** By media type; takes the place of what the schema of this status gives. */
  readonly content?: ContentObject;
}

/** What a route says of itself in the document. */
export interface RouteDocs {
  /** One line. */
  readonly summary?: string;
  readonly description?: string;
  /** Default: made of method and path, such as `getBooksById`. */
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  readonly externalDocs?: ExternalDocs;
  /** Default: as the document says; `[]` for none. */
  readonly security?: readonly SecurityRequirement[];
  readonly servers?: readonly ServerObject[];
  /** Values that no schema knows of. One that a schema or the path has already is described further. */
  readonly parameters?: readonly ParameterObject[];
  /** What the schema of the body does not say; the content of media types that it does not know. */
  readonly requestBody?: Partial<RequestBodyObject>;
  /** By status, `2XX` or `default`; text is a description. */
  readonly responses?: Readonly<Record<string, string | ResponseDocs>>;
}

/** What a document is made with. */
export interface DocumentOptions {
  /** Default: `API`, version `0.0.0`. */
  readonly info?: InfoObject;
  /** Default: where the document was loaded from. */
  readonly servers?: readonly ServerObject[];
  readonly tags?: readonly TagObject[];
  readonly externalDocs?: ExternalDocs;
  /** What every route asks for that does not say otherwise. */
  readonly security?: readonly SecurityRequirement[];
  readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
  /** Whether what the framework itself answers with is described; default `true`. */
  readonly errors?: boolean;
  /** Only what requests to this host find. */
  readonly host?: string;
  /** Only what requests with this `Accept-Version` find, such as `1.2.0`. */
  readonly version?: string;
}

/** The option `openapi` of an application. */
export interface OpenApiOptions extends DocumentOptions {
  /** Where the document is served; default `/openapi.json`. `false` for nowhere. */
  readonly path?: string | false;
  /** Where the page for people is served; default `/docs`. `false` for nowhere. */
  readonly docs?: string | false;
}
