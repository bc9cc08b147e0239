// @ts-check
/** Bare node:http with the handlers that other servers are compared by. */
import { createServer } from 'node:http';
import { HELLO, busy, numbered, obey } from './contract.mjs';

/** @param {import('node:http').ServerResponse} response @param {string | Uint8Array} body */
const send = (response, body) => void response.writeHead(200, { 'content-length': body.length }).end(body);

const big = new Uint8Array(16 * 1024 * 1024).fill(1);
const server = createServer((request, response) => {
  const path = request.url ?? '';
  if (request.method === 'POST') {
    let bytes = 0;
    request.on('data', (chunk) => (bytes += chunk.length));
    request.on('end', () => send(response, String(bytes)));
    return;
  }
  const number = path.slice(path.lastIndexOf('/') + 1);
  if (path.startsWith('/n/')) send(response, numbered(number));
  else if (path.startsWith('/busy/')) {
    busy(1);
    send(response, numbered(number));
  } else if (path === '/later') setTimeout(() => send(response, HELLO), 50);
  else if (path === '/big/bytes') send(response, big);
  else if (path === '/') send(response, HELLO);
  else response.writeHead(404, { 'content-length': 0 }).end();
});
server.listen(0, '127.0.0.1', () => obey(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
process.once('SIGTERM', () => server.close());
