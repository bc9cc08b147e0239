// Two servers that tell how they understood each request of a connection: ours, and node:http with its strict parser.
import { createServer } from 'node:http';
import { connect } from 'node:net';

import type { Server } from 'node:http';
import type { Nexure } from '../../../js/index.ts';

/** How a server understood one request: what it saw (nothing of what it answers itself), or why it took it for none. */
export interface Understood {
  readonly seen?: string;
  readonly refused?: string;
}

/** One text for what a server saw of a request; values that are not ASCII are read differently and left out. */
function describeRequest(
  method: string,
  url: string,
  fields: readonly (readonly [string, string])[],
  body: Uint8Array,
): string {
  // An absolute target stands for a path and a host; we give handlers those two.
  const target = url
    .replace(/^https?:\/\/[^/?]*/i, '')
    .replace(/^(?!\/)/, '/')
    .replace(/\?$/, '');
  const known = fields.filter(([name, value]) => name !== 'host' && !/[^\t\x20-\x7e]/.test(value));
  const sorted = known.map(([name, value]) => `${name}=${value}`).sort();
  return encodeURIComponent(JSON.stringify([method, target, sorted, Buffer.from(body).toString('latin1')]));
}

/** Lets an application tell what it saw. */
export function tell(app: Nexure): void {
  app.all('/*', async (ctx) => {
    const { request } = ctx;
    const seen = describeRequest(request.method, request.url, Object.entries(request.headers), await request.bytes());
    return ctx.response.set('X-Seen', seen).send('');
  });
}

/** node:http, which tells what it saw and by which code it refused. */
export function nodeServer(): Server {
  const server = createServer({ insecureHTTPParser: false, requireHostHeader: true }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const fields = Object.entries(request.headersDistinct).map(
        ([name, values]) => [name, (values ?? []).join(', ')] as const,
      );
      const seen = describeRequest(request.method ?? '', request.url ?? '', fields, Buffer.concat(chunks));
      response.writeHead(200, { 'Content-Length': 0, 'X-Seen': seen }).end();
    });
  });
  // A client that has said all it has to say still waits for answers.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // The requests before this one have their answers first, which takes some turns of the loop.
    let turns = 6;
    const refuse = (): void => {
      turns -= 1;
      if (turns > 0) setImmediate(refuse);
      else if (socket.writable) socket.end(`HTTP/1.1 400 ${error.code ?? 'refused'}\r\nContent-Length: 0\r\n\r\n`);
      else socket.destroy();
    };
    refuse();
  });
  return server;
}

/** Sends bytes and then the end; what came back for each request, up to the first that was refused. */
export function outcomeOf(path: string, bytes: string): Promise<Understood[]> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ path, allowHalfOpen: true });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => socket.destroy());
    socket.on('error', () => undefined);
    socket.setTimeout(5_000, () => {
      chunks.push(Buffer.from('HTTP/1.1 999 no answer in time\r\n\r\n'));
      socket.destroy();
    });
    socket.on('close', () => resolve(understood(Buffer.concat(chunks).toString('latin1'))));
    socket.end(bytes, 'latin1');
  });
}

const STATUS = /^HTTP\/1\.1 (\d{3}) (.*)/;
const SEEN = /\r\nX-Seen: (\S*)/i;
const CODE = /"code":"(\w+)"/;

/** Reads answers; those that are no refusal have no content. */
function understood(text: string): Understood[] {
  const outcomes: Understood[] = [];
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\r\n\r\n', at);
    const head = text.slice(at, end === -1 ? undefined : end);
    const [, status = '', phrase = ''] = STATUS.exec(head) ?? ['', '000', 'no answer'];
    at = end === -1 ? text.length : end + 4;
    if (status.startsWith('1')) continue;
    if (status === '200' || status === '204') {
      outcomes.push({ seen: SEEN.exec(head)?.[1] ?? '' });
      continue;
    }
    outcomes.push({ refused: CODE.exec(text.slice(at))?.[1] ?? `${status} ${phrase}` });
    break;
  }
  return outcomes;
}
