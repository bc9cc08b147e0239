// How long an instance lives.

/** How long what a provider makes lives. */
export const Scope: { readonly SINGLETON: 'singleton'; readonly TRANSIENT: 'transient'; readonly REQUEST: 'request' } =
  Object.freeze({
    /** One instance for the whole application; the default. */
    SINGLETON: 'singleton',
    /** A new instance for each that asks. */
    TRANSIENT: 'transient',
    /** One instance per request. */
    REQUEST: 'request',
  } as const);

export type Scope = (typeof Scope)[keyof typeof Scope];

/** Whether a value is one of the three scopes. */
export function isScope(value: unknown): value is Scope {
  return value === Scope.SINGLETON || value === Scope.TRANSIENT || value === Scope.REQUEST;
}
