// Variables of the environment: a name, and how its text becomes a value.
import { invalidOption } from '../option-checks.ts';
import { Secret, withoutPassword } from './secret.ts';

/** How the text of a variable is read. */
export interface Reading<T> {
  /** What is expected, for people: `an integer from 1 to 65535`. */
  readonly expected: string;
  /** The value, or `undefined` when the text is not what is expected. */
  readonly parse: (text: string) => T | undefined;
  /** The text as it may be shown; `undefined` when it may not. */
  readonly show: (text: string) => string | undefined;
}

/** What a variable is when it is unset. */
type WhenUnset<T> = { readonly kind: 'required' } | { readonly kind: 'default'; readonly value: T };

/** A variable of the environment. Made by {@link env}. One that is empty is unset. */
export class Variable<T> {
  readonly name: string;
  /** @internal */
  readonly reading: Reading<unknown>;
  /** @internal */
  readonly whenUnset: WhenUnset<unknown>;
  /** Never there; holds the type. */
  declare readonly type?: T;

  constructor(name: string, reading: Reading<unknown>, whenUnset: WhenUnset<unknown> = { kind: 'required' }) {
    if (typeof name !== 'string' || !/^[A-Za-z_][\w.-]*$/.test(name)) {
      throw invalidOption('env', 'the name of a variable', name);
    }
    this.name = name;
    this.reading = reading;
    this.whenUnset = whenUnset;
  }

  /** The same, but `undefined` when it is unset. */
  optional(): Variable<T | undefined> {
    return new Variable<T | undefined>(this.name, this.reading, { kind: 'default', value: undefined });
  }

  /** The same, with a value for when it is unset. */
  default(value: T): Variable<T> {
    return new Variable<T>(this.name, this.reading, { kind: 'default', value });
  }
}

/** A value for when a variable is unset; without it the variable is required. */
export interface DefaultOption<T> {
  readonly default?: T;
}

export interface TextOptions extends DefaultOption<string> {
  /** Characters; default 1. */
  readonly minLength?: number;
  /** Characters; default any number. */
  readonly maxLength?: number;
  /** What the text must match. */
  readonly pattern?: RegExp;
}

export interface NumberOptions extends DefaultOption<number> {
  readonly min?: number;
  readonly max?: number;
}

export interface UrlOptions extends DefaultOption<string> {
  /** Such as `['https']`; default any. */
  readonly protocols?: readonly string[];
}

export interface ListOptions extends DefaultOption<readonly string[]> {
  /** Default `,`. Items are trimmed, and empty ones left out. */
  readonly separator?: string;
}

/** Makes variables, by the kind of their values. Option `default` makes one that need not be set. */
export interface Env {
  /** A text. */
  string(name: string, options?: TextOptions): Variable<string>;
  /** An integer in decimal digits, by default within what a number holds exactly. */
  integer(name: string, options?: NumberOptions): Variable<number>;
  /** A decimal number. */
  number(name: string, options?: NumberOptions): Variable<number>;
  /** A port; 0-65535. */
  port(name: string, options?: DefaultOption<number>): Variable<number>;
  /** `true`, `1`, `yes`, `on`, or `false`, `0`, `no`, `off`, in any case. */
  boolean(name: string, options?: DefaultOption<boolean>): Variable<boolean>;
  /** An absolute URL, as a text. Its password is not shown. */
  url(name: string, options?: UrlOptions): Variable<string>;
  /** One of some texts. */
  oneOf<const T extends string>(name: string, values: readonly T[], options?: DefaultOption<T>): Variable<T>;
  /** Texts with commas between them. */
  list(name: string, options?: ListOptions): Variable<readonly string[]>;
  /** A text that is shown nowhere: `config.secret.reveal()` gives it. */
  secret(name: string, options?: Omit<TextOptions, 'default'>): Variable<Secret>;
  /** Whatever a function makes of the text; what it throws is the problem. */
  custom<T>(name: string, expected: string, parse: (text: string) => T, options?: DefaultOption<T>): Variable<T>;
}

const TRUTHS: ReadonlyMap<string, boolean> = new Map(
  ['true', '1', 'yes', 'on', 'false', '0', 'no', 'off'].map((word, index) => [word, index < 4]),
);

const show = (text: string): string => JSON.stringify(text);
const hide = (): undefined => undefined;

/** Makes variables of the environment, for `defineConfig`. */
export const env: Env = {
  string: (name, options = {}) => make(name, textReading(options, show), options),
  integer: (name, options = {}) => {
    const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
    return make(name, numberReading('an integer', /^[+-]?\d+$/, min, max, Number.isSafeInteger), options);
  },
  number: (name, options = {}) => {
    const { min = -Infinity, max = Infinity } = options;
    return make(
      name,
      numberReading('a number', /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i, min, max, Number.isFinite),
      options,
    );
  },
  port: (name, options = {}) => make(name, numberReading('a port', /^\d+$/, 0, 65_535, Number.isInteger), options),
  boolean: (name, options = {}) =>
    make(name, { expected: 'true or false', parse: (text) => TRUTHS.get(text.toLowerCase()), show }, options),
  url: (name, options = {}) => make(name, urlReading(options), options),
  oneOf: (name, values, options = {}) => {
    const expected = `one of ${values.join(', ')}`;
    return make(name, { expected, parse: (text) => values.find((value) => value === text), show }, options);
  },
  list: (name, options = {}) => {
    const { separator = ',' } = options;
    const parse = (text: string): readonly string[] =>
      text
        .split(separator)
        .map((item) => item.trim())
        .filter((item) => item !== '');
    return make(name, { expected: 'a list', parse, show }, options);
  },
  secret: (name, options = {}) => {
    const { expected, parse } = textReading(options, hide);
    const seal = (text: string): Secret | undefined => {
      const value = parse(text);
      return value === undefined ? undefined : new Secret(value);
    };
    return make(name, { expected, parse: seal, show: hide }, {});
  },
  custom: (name, expected, parse, options = {}) => make(name, { expected, parse, show }, options),
};

function make<T>(name: string, reading: Reading<T>, options: DefaultOption<T>): Variable<T> {
  const variable = new Variable<T>(name, reading);
  return options.default === undefined ? variable : variable.default(options.default);
}

function textReading(
  { minLength = 1, maxLength = Infinity, pattern }: Omit<TextOptions, 'default'>,
  shown: Reading<string>['show'],
): Reading<string> {
  const length =
    maxLength !== Infinity
      ? ` of ${minLength} to ${maxLength} characters`
      : minLength > 1
        ? ` of at least ${minLength} characters`
        : '';
  return {
    expected: `a text${length}${pattern === undefined ? '' : ` that matches ${String(pattern)}`}`,
    parse: (text) =>
      text.length >= minLength && text.length <= maxLength && (pattern === undefined || text.search(pattern) !== -1)
        ? text
        : undefined,
    show: shown,
  };
}

function numberReading(
  what: string,
  form: RegExp,
  min: number,
  max: number,
  isMeant: (value: number) => boolean,
): Reading<number> {
  const isBounded = min > Number.MIN_SAFE_INTEGER && max < Number.MAX_SAFE_INTEGER;
  const least = min > Number.MIN_SAFE_INTEGER ? ` of at least ${min}` : '';
  const most = max < Number.MAX_SAFE_INTEGER ? ` of at most ${max}` : '';
  return {
    expected: what + (isBounded ? ` from ${min} to ${max}` : least + most),
    parse: (text) => {
      const value = Number(text);
      return form.test(text) && isMeant(value) && value >= min && value <= max ? value : undefined;
    },
    show,
  };
}

function urlReading({ protocols }: UrlOptions): Reading<string> {
  return {
    expected: `an absolute URL${protocols === undefined ? '' : ` of ${protocols.join(' or ')}`}`,
    parse: (text) => {
      if (!URL.canParse(text)) return undefined;
      const protocol = new URL(text).protocol.slice(0, -1);
      return protocols === undefined || protocols.includes(protocol) ? text : undefined;
    },
    show: (text) => show(withoutPassword(text)),
  };
}
