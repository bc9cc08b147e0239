// @ts-check
/** Fastify with the handlers that other servers are compared by. */
import fastify from 'fastify';
import { HELLO, busy, numbered, obey } from './contract.mjs';

/** @typedef {{ Params: { number: string } }} Numbered */

const app = fastify();
const big = Buffer.alloc(16 * 1024 * 1024, 1);
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.get('/', async () => HELLO);
app.get('/later', async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return HELLO;
});
app.get('/big/bytes', async () => big);
app.get('/n/:number', async (/** @type {import('fastify').FastifyRequest<Numbered>} */ { params }) =>
  numbered(params.number),
);
app.get('/busy/:number', async (/** @type {import('fastify').FastifyRequest<Numbered>} */ { params }) => {
  busy(1);
  return numbered(params.number);
});
const echo = (/** @type {import('fastify').FastifyRequest} */ { body }) => String(/** @type {Buffer} */ (body).length);
for (const path of ['/echo', '/stream']) app.post(path, (request, reply) => reply.send(echo(request)));
await app.listen({ port: 0, host: '127.0.0.1' });
obey(/** @type {import('node:net').AddressInfo} */ (app.server.address()).port);
process.once('SIGTERM', () => void app.close());
