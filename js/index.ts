// What `import ... from 'nexurejs'` gives.
export { createApp, Nexure } from './app.ts';
export { BufferPool, bufferPool } from './memory/buffer-pool.ts';
export { Part } from './body/part.ts';
export { context } from './context/async-context.ts';
export { Context } from './context/context.ts';
export { RequestView } from './context/request.ts';
export { ResponseBuilder } from './context/response.ts';
export { controller } from './controller.ts';
export { Args, Body, Cookie, Ctx, Headers, Param, Query } from './decorators/arguments.ts';
export { Controller, Injectable, injectable } from './decorators/controller-class.ts';
export { Api, Catch, Guard, Header, Redirect, Schema, Status, Use } from './decorators/details.ts';
export { Inject, InjectProperty } from './decorators/inject-decorator.ts';
export { Module } from './decorators/module-class.ts';
export { catchError, guard, header, redirect, status } from './decorators/middleware.ts';
export { toBoolean, toInt, toList, toNumber, toOneOf, toUuid, withDefault } from './decorators/pipes.ts';
export { Property, schemaClass } from './decorators/property.ts';
export { All, Delete, Get, Head, Options, Patch, Post, Put, Route } from './decorators/verbs.ts';
export { codes } from './errors/codes.ts';
export {
  BadGatewayError,
  BadRequestError,
  ConflictError,
  createHttpError,
  ForbiddenError,
  GatewayTimeoutError,
  GoneError,
  HttpError,
  HttpException,
  InternalServerError,
  isHttpError,
  MethodNotAllowedError,
  NotAcceptableError,
  NotFoundError,
  NotImplementedError,
  PayloadTooLargeError,
  ServiceUnavailableError,
  toHttpError,
  TooManyRequestsError,
  UnauthorizedError,
  UnprocessableEntityError,
  UnsupportedMediaTypeError,
} from './errors/http-error.ts';
export { ConfigError, defineConfig } from './config/config.ts';
export { Secret } from './config/secret.ts';
export { env, Variable } from './config/variable.ts';
export { Container, RequestContext } from './di/container.ts';
export { handlerOf, scopeOf } from './di/handler.ts';
export { inject } from './di/inject.ts';
export { provide, Provider } from './di/provider.ts';
export { RequestScope } from './di/request-scope.ts';
export { Scope } from './di/scope.ts';
export { createToken, InjectionToken } from './di/token.ts';
export { containerFor } from './modules/host.ts';
export { lazy } from './modules/lazy.ts';
export { defineModule } from './modules/module.ts';
export { createLogger } from './logging/logger.ts';
export { ProblemAnswer } from './problem-answer.ts';
export { composeMiddleware, createMiddleware } from './middleware-tools.ts';
export { getNativeInfo, version } from './native-info.ts';
export { REGISTER } from './register.ts';
export { Router, Routes } from './routes.ts';
export { PreparedAnswer } from './prepared-answer.ts';
export { NexureError } from './errors/nexure-error.ts';

export type { AppStatus, ListenCallback } from './app.ts';
export type { RouteInfo } from './route-info.ts';
export type { AppEvents } from './events.ts';
export type {
  DeclareController,
  Dependencies,
  DependencyInstances,
  ForRequest,
  FunctionController,
} from './controller.ts';
export type { Argument, ArgumentValues } from './decorators/arguments.ts';
export type { InjectableOptions } from './decorators/controller-class.ts';
export type { InjectDecorating } from './decorators/inject-decorator.ts';
export type { GuardTarget, MiddlewareFunction, MiddlewareObject, UseTarget } from './decorators/links.ts';
export type { CanActivate, Catcher, ErrorClass, GuardFunction } from './decorators/middleware.ts';
export type { ModuleClassOptions } from './decorators/module-class.ts';
export type { Pipe, PipeFunction } from './decorators/pipes.ts';
export type { ClassSchemaOptions, FieldDecorating, PropertyOptions } from './decorators/property.ts';
export type { ControllerRegistration } from './decorators/register-controller.ts';
export type {
  ArgumentsDecorating,
  ClassDecorating,
  ClassOrMethodDecorating,
  ControllerOptions,
  CtxOf,
  MethodDecorating,
  MethodSettings,
  RouteDecorating,
  TakesContextOf,
  TakesValues,
} from './decorators/types.ts';
export type { VerbDecorator } from './decorators/verbs.ts';
export type { InputChange, RequestInput } from './validation/checked-input.ts';
export type {
  InputBodyOptions,
  InputError,
  InputOptions,
  InputPartName,
  InputPartOptions,
  TranslateError,
  ValidationOptions,
} from './validation/input-options.ts';
export type { InputSchemas } from './validation/input.ts';
export type { JsonLimits } from './validation/schema-options.ts';
export type { ResponseSchemas, SchemaLike, SchemaPart, Schemas, ValidatedContext } from './validation/schema-types.ts';
export type { StandardIssue, StandardResult, StandardSchema } from './validation/standard-schema.ts';
export type { AddedBy, AnyRoute, Declared, Join, Mounted, Next, OwnMiddleware, Passed } from './declared.ts';
export type { FetchHandler } from './mount.ts';
export type {
  DocumentOptions,
  InfoObject,
  JsonSchema,
  OpenApiDocument,
  OpenApiOptions,
  OperationObject,
  ParameterObject,
  ResponseDocs,
  RouteDocs,
  SecurityRequirement,
  SecurityScheme,
  ServerObject,
  TagObject,
} from './openapi/types.ts';
export type { AnyRoutes, Registrable } from './register.ts';
export type { AddedOf, Kind, Kinds, Plugin, Registered, RouteOptions, TableOf } from './kinds.ts';
export type { NativeAnswer, NativeError, NativeErrorHandler } from './errors/native-answers.ts';
export type { RequestFailure, RequestStart } from './observe/channels.ts';
export type { ResponseEvent, ResponseListener } from './observe/response-event.ts';
export type { ErrorHandler, RequestHook } from './scope.ts';
export type { Handlers, Verb } from './verbs.ts';
export type { Config, ConfigOf, ConfigProblem, ConfigShape, ConfigSources } from './config/config.ts';
export type { DefaultOption, Env, ListOptions, NumberOptions, TextOptions, UrlOptions } from './config/variable.ts';
export type { CompileOptions, ContainerOptions, ProviderInfo } from './di/container-options.ts';
export type {
  ClassProvider,
  DependentFactoryProvider,
  Disposal,
  ExistingProvider,
  FactoryProvider,
  ProviderLike,
  ProviderOptions,
  Recipe,
  ValueProvider,
} from './di/provider.ts';
export type { AbstractConstructor, Constructor, Dependency, Token } from './di/token.ts';
export type { ModuleInfo } from './modules/describe.ts';
export type { LazyOptions, LazyRoute } from './modules/lazy.ts';
export type {
  ControllerLike,
  Import,
  ModuleContext,
  ModuleLike,
  ModuleOptions,
  OptionalImport,
} from './modules/definition.ts';
export type { ModuleFactory } from './modules/module.ts';
export type { CompressionOptions, ContentCoding } from './body/compression.ts';
export type { EventSource, EventStreamInit, EventStreamOptions, ServerEvent } from './body/event-stream.ts';
export type { PartsOptions } from './body/parts-options.ts';
export type { CacheControl } from './context/answer-fields.ts';
export type { ContextFinder } from './context/async-context.ts';
export type { State } from './context/context.ts';
export type { AnswerCookieOptions, HeaderValue } from './context/response.ts';
export type { CodeMeaning, ErrorCode } from './errors/codes.ts';
export type { FileOptions } from './files/send-file.ts';
export type { Dotfiles, FileAnswerOptions, FileCoding, HotOptions, StaticOptions } from './files/static-options.ts';
export type { HttpErrorOptions } from './errors/http-error.ts';
export type { ByteRange } from './http/conditions.ts';
export type { CookieKeyOptions } from './http/cookie-keys.ts';
export type { CookieOptions } from './http/cookies.ts';
export type { ForwardingFields, TrustPredicate, TrustProxy } from './http/proxies.ts';
export type { RequestIdOptions } from './http/request-id.ts';
export type { TraceContext } from './http/trace.ts';
export type { QueryObject } from './http/query.ts';
export type { Handler, Middleware } from './middleware.ts';
export type { AccessLogOptions } from './logging/access-log.ts';
export type { LoggingOptions } from './logging/app-log.ts';
export type { Destination, DestinationOptions, LineStream } from './logging/destination.ts';
export type { LevelName } from './logging/levels.ts';
export type { Bindings, LogFn, Logger } from './logging/logger.ts';
export type { ChildOptions, Formatters, LoggerOptions, Serializer } from './logging/options.ts';
export type { Censor, RedactOptions } from './logging/redact.ts';
export type { AppOptions, ErrorLogger, QueueOptions, ServerOptions, StopOptions, Transport } from './options.ts';
export type { BufferClassStats, BufferPoolOptions, BufferPoolStats } from './memory/buffer-pool.ts';
export type { DepthHistogram, Metrics, PoolCounts } from './metrics.ts';
export type { NativeInfo } from './native-info.ts';
export type { RouteSettings } from './route-options.ts';
export type { RouteConstraints, RoutingOptions } from './routing-options.ts';
export type { HttpMethod } from './route.ts';
export type { InjectBody, InjectInit, InjectStream } from './server/inject.ts';
export type { ListenAddress, ListenOptions, NetworkAddress } from './server/listen.ts';
export type { AnyParams, ParamNames, ParamsOf, ParamTypes } from './types.ts';
