// Tokens: what a dependency is asked for by. A class is its own token; anything else has one made by `createToken`.

/** A class that can be made an instance of. */
export type Constructor<T = unknown> = new (...args: never[]) => T;

/** A class, also an abstract one, which is as good a token as any. */
export type AbstractConstructor<T = unknown> = abstract new (...args: never[]) => T;

/** Names a dependency that is no class, and knows its type. Made by {@link createToken}. */
export class InjectionToken<T> {
  /** For people: in messages and in the graph. Two tokens of one name are two tokens. */
  readonly name: string;
  /** Never there; holds the type. */
  declare readonly type?: T;

  constructor(name: string) {
    this.name = name;
  }

  toString(): string {
    return this.name;
  }
}

/** What a dependency is asked for by. Strings and symbols know no type: `resolve<Logger>('logger')` asserts one. */
export type Token<T = unknown> = AbstractConstructor<T> | InjectionToken<T> | string | symbol;

/** A dependency in a list: a token, one that need not be there, or everything that was provided for a token. */
export type Dependency<T = unknown> = Token<T> | { readonly optional: Token<T> } | { readonly all: Token<T> };

/** What a token stands for. Classes first: a class has a name as well, and would pass for an `InjectionToken`. */
export type TokenValue<T> =
  T extends AbstractConstructor<infer V> ? V : T extends InjectionToken<infer V> ? V : unknown;

/** What a dependency of a list is filled with. */
export type DependencyValue<D> = D extends Token
  ? TokenValue<D>
  : D extends { readonly optional: infer T }
    ? TokenValue<T> | undefined
    : D extends { readonly all: infer T }
      ? TokenValue<T>[]
      : never;

/** What the dependencies of a list are filled with. */
export type DependencyValues<List extends readonly unknown[]> = {
  -readonly [I in keyof List]: DependencyValue<List[I]>;
};

/** Makes a token for something that is no class: `createToken<Mailer>('mailer')`. */
export function createToken<T>(name: string): InjectionToken<T> {
  return new InjectionToken<T>(name);
}

/** Whether a value can be asked for. */
export function isToken(value: unknown): value is Token {
  return (
    typeof value === 'function' ||
    value instanceof InjectionToken ||
    typeof value === 'symbol' ||
    (typeof value === 'string' && value !== '')
  );
}

/** The name of a token, for people. */
export function tokenName(token: unknown): string {
  if (typeof token === 'function') return token.name === '' ? '(anonymous class)' : token.name;
  if (token instanceof InjectionToken) return token.name;
  if (typeof token === 'symbol') return token.description ?? 'Symbol()';
  return typeof token === 'string' ? `'${token}'` : String(token);
}
