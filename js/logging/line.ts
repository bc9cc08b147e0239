// One line of a log: level, time, the fields of the logger, those of the call, and the message.
import { describeError, isArray, isError, isErrorLike, keysOf, read, UNREADABLE } from './error.ts';
import { format } from './format.ts';
import { isLongView, lengthOf, quote, ValueWriter } from './value-writer.ts';

import type { LineSettings } from './options.ts';

/** Keys of bindings that pino takes for options. */
const NO_BINDINGS: ReadonlySet<string> = new Set(['level', 'serializers', 'formatters', 'customLevels']);

/** What a logger puts into each of its lines. */
export interface LineParts {
  /** JSON of its fields, with a comma in front of each. */
  readonly fields: string;
  /** What stands in front of each message. */
  readonly prefix: string;
}

/** Makes the line of a call, its line feed included. `first` and `values` are the arguments as they were given. */
export function makeLine(
  settings: LineSettings,
  { fields, prefix }: LineParts,
  level: number,
  first: unknown,
  values: readonly unknown[],
): string {
  const writer = new ValueWriter(settings.limits, settings.redactor);
  const isObject = typeof first === 'object';
  let message: unknown = isObject ? (first === null && values.length === 0 ? null : values[0]) : first;
  let rest = isObject ? values.slice(1) : values;
  if (first === undefined) {
    message = values[0];
    rest = values.slice(1);
  }
  let object: object | undefined = isObject && first !== null ? first : undefined;
  message = fill(message, rest, prefix, writer);
  if (object !== undefined) {
    if (isError(object)) {
      message ??= read(object, 'message');
      object = { [settings.errorKey]: object };
    } else if (message === undefined && read(object, settings.messageKey) === undefined) {
      const error = read(object, settings.errorKey);
      if (isErrorLike(error)) message = read(error, 'message');
    }
  }
  if (settings.mixin !== undefined) object = mix(settings.mixin, level, object);
  if (settings.formatLog !== undefined) object = formatted(settings.formatLog, object);
  // The message first: whatever the fields take of the line, it is there.
  const told = message === undefined ? undefined : serialize(settings, writer, settings.messageKey, message);
  const own = object === undefined ? '' : fieldsOf(settings, writer, object, false);
  const end = told === undefined ? '}\n' : `,${quote(settings.messageKey)}:${told}}\n`;
  return `${settings.starts.get(level) ?? '{'}${settings.time()}${fields}${own}${end}`;
}

/** The fields of an object as JSON, with a comma in front of each. */
export function fieldsOf(settings: LineSettings, writer: ValueWriter, object: object, areBindings: boolean): string {
  const { edgeLimit } = settings.limits;
  if (isLongView(object)) return `,"...":"${object.byteLength} bytes"`;
  // The keys of a long array are not listed.
  const keys = isArray(object) ? undefined : keysOf(object);
  const length = keys?.length ?? lengthOf(object as readonly unknown[]);
  const count = Math.min(length, edgeLimit);
  let json = '';
  for (let index = 0; index < count; index += 1) {
    if (writer.isFull) return `${json},"...":"[Truncated]"`;
    const key = keys?.[index] ?? String(index);
    if (areBindings && NO_BINDINGS.has(key)) continue;
    const value = read(object, key);
    const name = writer.text(key);
    const field = value === undefined ? undefined : serialize(settings, writer, key, value);
    if (field !== undefined) json += `,${name}:${field}`;
  }
  return length > count ? `${json},"...":"${length - count} not written"` : json;
}

/** A field as JSON, through its serializer if it has one. */
function serialize(settings: LineSettings, writer: ValueWriter, key: string, value: unknown): string | undefined {
  const serializer = settings.serializers.get(key);
  if (serializer === undefined) {
    return writer.field(key, key === settings.errorKey ? describeError(value) : value);
  }
  let shown: unknown;
  try {
    shown = serializer(value);
  } catch {
    shown = UNREADABLE;
  }
  return writer.field(key, shown);
}

/** The message with its prefix and its values. */
function fill(message: unknown, values: readonly unknown[], prefix: string, writer: ValueWriter): unknown {
  let whole = message;
  if (prefix !== '' && message !== undefined && message !== null) {
    whole = prefix + (typeof message === 'string' ? message : (writer.value(message) ?? ''));
  }
  if (typeof whole === 'string') return format(whole, values, writer);
  if (typeof whole !== 'object' || whole === null || values.length === 0) return whole;
  return [whole, ...values].map((value) => writer.value(value) ?? 'undefined').join(' ');
}

function mix(mixin: NonNullable<LineSettings['mixin']>, level: number, object: object | undefined): object | undefined {
  try {
    return { ...(mixin(object ?? {}, level) as object), ...object };
  } catch {
    return object;
  }
}

function formatted(formatLog: NonNullable<LineSettings['formatLog']>, object: object | undefined): object | undefined {
  try {
    return formatLog((object ?? {}) as Record<string, unknown>);
  } catch {
    return object;
  }
}
