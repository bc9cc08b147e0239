// @ts-check
/** HTTP/1.1 on the wire, as little as the benchmark needs: requests as bytes, and answers out of bytes. */
import { gunzipSync } from 'node:zlib';

/** @typedef {import('./scenarios.mjs').Exchange} Exchange */
/** @typedef {{ status: number, contentType: string, body: string, fields: Map<string, string> }} Answer */

/**
 * The bytes of a request.
 * @param {Pick<Exchange, 'method' | 'path' | 'headers' | 'body'>} exchange @param {string} authority host and port
 */
export function requestText({ method, path, headers = {}, body }, authority) {
  const mayHaveBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const fields = Object.entries({
    host: authority,
    ...headers,
    ...(body !== undefined || mayHaveBody ? { 'content-length': String(Buffer.byteLength(body ?? '')) } : {}),
  });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${path} HTTP/1.1\r\n${head}\r\n${body ?? ''}`;
}

/**
 * The answer at the start of some bytes and the number of bytes it takes, or `undefined` while it is incomplete. Knows
 * content-length and chunked bodies, answers of status 304, which have none, and the coding gzip.
 * @param {Buffer} bytes
 * @returns {{ answer: Answer, length: number } | undefined}
 */
export function readAnswer(bytes) {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) throw new TypeError(`not an HTTP/1.1 answer: ${statusLine}`);
  const fields = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const start = headEnd + 4;
  const content =
    fields.get('transfer-encoding')?.toLowerCase() === 'chunked'
      ? readChunks(bytes, start)
      : readLength(bytes, start, status === '304' ? '0' : fields.get('content-length'));
  if (content === undefined) return undefined;
  const body = fields.get('content-encoding') === 'gzip' ? gunzipSync(content.body) : content.body;
  const answer = {
    status: Number(status),
    contentType: fields.get('content-type') ?? '',
    body: body.toString(),
    fields,
  };
  return { answer, length: content.end };
}

/** @param {Buffer} bytes @param {number} start @param {string | undefined} field */
function readLength(bytes, start, field) {
  if (field === undefined || !/^\d+$/.test(field)) throw new TypeError('an answer without a length');
  const end = start + Number(field);
  return bytes.length < end ? undefined : { body: bytes.subarray(start, end), end };
}

/** @param {Buffer} bytes @param {number} start */
function readChunks(bytes, start) {
  const parts = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new TypeError('a chunk without a size');
    const end = lineEnd + 2 + size + 2;
    if (bytes.length < end) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), end };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = end;
  }
}
