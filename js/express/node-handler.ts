// The other way round: an application of this framework as a request listener of `node:http`, and as Express middleware.
// Requests go through `app.request()`, so nothing listens.
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';

import { PEER } from '../server/inject-request.ts';

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InjectInit } from '../server/inject.ts';

/** An application, as far as it matters here. */
interface Requestable {
  request(target: string, init?: InjectInit): Promise<Response>;
}

/** Fields of one connection, which say nothing on the next. */
const HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'expect',
  'proxy-connection',
  'te',
  'trailer',
]);

/**
 * Has an application answer the requests of a server of `node:http`: `createServer(toNodeHandler(app))`. Clients that go
 * abort `ctx.signal`; `ctx.request.ip` is that of the connection, or what trusted proxies tell.
 */
export function toNodeHandler(app: Requestable): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    answer(app, req, res, undefined).catch((error: unknown) => fail(res, error));
  };
}

/**
 * Mounts an application in one of Express: `expressApp.use(toExpress(app))`. What has no route in it goes on to whatever
 * stands behind it. Use it in front of middleware that reads bodies.
 */
export function toExpress(
  app: Requestable,
): (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void {
  return (req, res, next) => {
    const failed = (error: unknown): void => {
      if (res.headersSent) fail(res, error);
      else next(error);
    };
    answer(app, req, res, () => next()).catch((error: unknown) => failed(error));
  };
}

async function answer(
  app: Requestable,
  req: IncomingMessage,
  res: ServerResponse,
  goOn: (() => void) | undefined,
): Promise<void> {
  const gone = new AbortController();
  const onClose = (): void => {
    if (!res.writableFinished) gone.abort();
  };
  res.once('close', onClose);
  try {
    const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
    const response = await app.request(req.url ?? '/', {
      method: req.method ?? 'GET',
      headers: fieldsOf(req),
      signal: gone.signal,
      [PEER]: { address: req.socket.remoteAddress, isSecure: 'encrypted' in req.socket },
      ...(hasBody ? { body: req as AsyncIterable<Uint8Array> } : undefined),
    });
    if (goOn !== undefined && (await hasNoRoute(response))) {
      goOn();
      return;
    }
    res.statusCode = response.status;
    for (const [name, value] of response.headers) {
      if (HOP.has(name)) continue;
      if (name === 'set-cookie') res.appendHeader(name, value);
      else res.setHeader(name, value);
    }
    if (response.body === null) res.end();
    else await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), res);
  } catch (error) {
    // Nobody is there to be answered.
    if (!gone.signal.aborted) throw error;
  } finally {
    res.off('close', onClose);
  }
}

/** Names and values of the fields that concern more than the connection. */
function fieldsOf(req: IncomingMessage): [string, string][] {
  const fields: [string, string][] = [];
  const { rawHeaders } = req;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (!HOP.has(name.toLowerCase())) fields.push([name, rawHeaders[index + 1] as string]);
  }
  return fields;
}

/** Whether an answer says that the application has no such route. A handler's own 404 has another code. */
async function hasNoRoute(response: Response): Promise<boolean> {
  if (response.status !== 404 || response.headers.get('content-type') !== 'application/problem+json') return false;
  const document = (await response.clone().json()) as { code?: unknown };
  return document.code === 'ERR_NEXURE_ROUTE_NOT_FOUND';
}

function fail(res: ServerResponse, error: unknown): void {
  if (res.headersSent) {
    res.destroy(error instanceof Error ? error : undefined);
    return;
  }
  res.statusCode = 502;
  res.end();
}
