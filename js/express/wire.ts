// What Node's own `ServerResponse` writes, taken apart again: its status line and field lines. It was written by Node a
// moment ago, so it is read and not judged; the core checks the fields before they are sent.

/** Head of an answer as `ServerResponse` has written it. */
export interface WireHead {
  readonly status: number;
  /** Field lines as they stand there, framing included. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whether the content is in chunks, because a middleware has set `Transfer-Encoding` itself. */
  readonly isChunked: boolean;
  /** Where the content begins. */
  readonly end: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** The head at the beginning of `bytes`; `undefined` while it is incomplete. Interim answers (1xx) are passed over. */
export function readHead(bytes: Buffer): WireHead | undefined {
  for (let start = 0; ;) {
    const end = bytes.indexOf(HEAD_END, start);
    if (end === -1) return undefined;
    const lines = bytes.toString('latin1', start, end).split('\r\n');
    // `HTTP/1.1 200 OK`
    const status = Number((lines[0] as string).slice(9, 12));
    start = end + HEAD_END.length;
    if (status < 200) continue;
    const headers: [string, string][] = [];
    let isChunked = false;
    for (let index = 1; index < lines.length; index += 1) {
      const line = lines[index] as string;
      const colon = line.indexOf(':');
      const name = line.slice(0, colon);
      const value = line.slice(colon + 2);
      if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') isChunked = /chunked/i.test(value);
      headers.push([name, value]);
    }
    return { status, headers, isChunked, end: start };
  }
}
