// What a case of the catalogue is, and short ways to write many of them.

/** Bytes sent on a fresh connection, and what a server owes them. */
export interface Case {
  readonly name: string;
  /** The rule. */
  readonly section: string;
  /** One character per byte. */
  readonly bytes: string;
  /** The statuses of all final answers, in order. */
  readonly statuses: readonly number[];
  /** Whether the server ends the connection behind them, and takes nothing that follows for a request. */
  readonly closes: boolean;
  /** The content the handler of the first request got, where the case is about that. */
  readonly body?: string;
  /** Refused by us though the rule leaves a choice, because readers differ there. */
  readonly stricter?: true;
}

type Named = Readonly<Record<string, string>>;

/** Requests that are answered, by the handler or without it, and end the connection. */
export function closing(status: number, section: string, requests: Named): Case[] {
  return Object.entries(requests).map(([name, bytes]) => ({ name, section, bytes, statuses: [status], closes: true }));
}

/** Requests no handler sees. */
export const refuse: typeof closing = closing;

/** The same, where the rule would allow to go on. */
export function refuseToo(status: number, section: string, requests: Named): Case[] {
  return refuse(status, section, requests).map((each) => ({ ...each, stricter: true }));
}

/** Requests that reach the handler, on a connection that goes on. */
export function accept(section: string, requests: Named): Case[] {
  return Object.entries(requests).map(([name, bytes]) => ({ name, section, bytes, statuses: [200], closes: false }));
}

/** Requests that reach the handler with this content. */
export function acceptBody(section: string, body: string, requests: Named): Case[] {
  return accept(section, requests).map((each) => ({ ...each, body }));
}

/** Requests that get these answers, on a connection that goes on. */
export function answered(statuses: readonly number[], section: string, requests: Named): Case[] {
  return Object.entries(requests).map(([name, bytes]) => ({ name, section, bytes, statuses, closes: false }));
}

/** A GET with a Host and these further lines, each with its CRLF. */
export function get(lines = '', target = '/'): string {
  return `GET ${target} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;
}

/** A POST with a Host, these further lines and this content. */
export function post(lines: string, content = ''): string {
  return `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n${content}`;
}

/** A POST in the chunked coding. */
export function chunked(content: string): string {
  return post('Transfer-Encoding: chunked\r\n', content);
}

/** One case for each of these bytes. */
export function perByte(bytes: Iterable<number>, what: (byte: string) => string, name: string): Named {
  const entries = [...bytes].map((byte) => [
    `${name} 0x${byte.toString(16).padStart(2, '0')}`,
    what(String.fromCharCode(byte)),
  ]);
  return Object.fromEntries(entries) as Named;
}

/** The bytes from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;

/** Every byte that is no `tchar` (RFC 9110 §5.6.2). */
export const nonTokens: readonly number[] = range(0, 255).filter((byte) => !TOKEN.test(String.fromCharCode(byte)));
