// Dependency injection, as the rest of the framework and its users see it.
export { Container, RequestContext } from './container.ts';
export { handlerOf, scopeOf } from './handler.ts';
export { inject } from './inject.ts';
export { INJECTABLE, readMetadata } from './metadata.ts';
export { provide, Provider } from './provider.ts';
export { RequestScope } from './request-scope.ts';
export { Scope } from './scope.ts';
export { createToken, InjectionToken } from './token.ts';

export type { CompileOptions, ContainerOptions, ProviderInfo } from './container-options.ts';
export type { Inject } from './inject.ts';
export type { InjectableMetadata } from './metadata.ts';
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
} from './provider.ts';
export type {
  AbstractConstructor,
  Constructor,
  Dependency,
  DependencyValue,
  DependencyValues,
  Token,
} from './token.ts';
