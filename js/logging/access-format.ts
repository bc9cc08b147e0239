// Lines of the Common Log Format and of Apache's combined one, as morgan writes them: UTC, `-` for what is not known, and
// escapes for what could end a field or a line.

/** What a line tells. */
export interface AccessLine {
  readonly ip: string | undefined;
  /** The name of basic credentials. */
  readonly user: string | undefined;
  readonly time: Date;
  readonly method: string;
  /** Path and, if it is wanted, query. */
  readonly target: string;
  readonly httpVersion: string;
  /** 0 for an answer that never began. */
  readonly status: number;
  /** Bytes of the content; 0 for none. */
  readonly bytes: number;
  readonly referrer: string | undefined;
  readonly userAgent: string | undefined;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// oxlint-disable-next-line no-control-regex -- controls are what is escaped
const UNSAFE = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/** A line of the Common Log Format, without its line feed. */
export function commonLine(line: AccessLine): string {
  const { ip, user, time, method, target, httpVersion, status, bytes } = line;
  const request = `${field(method)} ${field(target)} HTTP/${field(httpVersion)}`;
  return `${field(ip)} - ${field(user)} [${clfDate(time)}] "${request}" ${status || '-'} ${bytes || '-'}`;
}

/** A line of the combined format, without its line feed. */
export function combinedLine(line: AccessLine): string {
  return `${commonLine(line)} "${field(line.referrer)}" "${field(line.userAgent)}"`;
}

/** The name in an `Authorization` field with basic credentials (RFC 7617 §2). */
export function basicUser(authorization: string | undefined): string | undefined {
  const [, encoded] = /^ *basic +([\w.~+/-]+=*) *$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = credentials.indexOf(':');
  return colon === -1 ? undefined : credentials.slice(0, colon);
}

function field(value: string | undefined): string {
  if (value === undefined || value === '') return '-';
  return value.replace(
    UNSAFE,
    (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function clfDate(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${day}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}
