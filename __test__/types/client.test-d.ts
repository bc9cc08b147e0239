// What the compiler knows of a typed client. Checked by `npm run typecheck`; nothing here is ever run.
import { createApp, Router } from '../../js/index.ts';
import { createClient } from '../../js/client/index.ts';

import type { Wire } from '../../js/client/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`. */
function holds<_Claim extends true>(): void {
  // Types only.
}

const app = createApp()
  .get('/', () => 'text')
  .get('/books/:id', async (ctx) => ({ id: ctx.params.id, at: new Date(), maybe: undefined as string | undefined }))
  .post('/books', () => [1, 2])
  .all('/any', () => true)
  .mount(
    '/v2',
    new Router().put('/x', () => null),
  );
const client = createClient<typeof app>('http://localhost');

const book = await client.get('/books/:id', { params: { id: 1 } });
if (book.ok) {
  holds<Equal<typeof book.data.id, string>>();
  holds<Equal<typeof book.data.at, string>>();
} else {
  holds<Equal<typeof book.data, undefined>>();
  holds<Equal<typeof book.error.title, string>>();
}
const text = await client.get('/');
holds<Equal<typeof text.data, string | undefined>>();
const made = await client.post('/books', { json: {} });
if (made.ok) holds<Equal<typeof made.data, readonly number[]>>();
await client.delete('/any');
await client.put('/v2/x');

// @ts-expect-error -- no such path
await client.get('/nowhere');
// @ts-expect-error -- it has no such method
await client.post('/books/:id', { params: { id: 1 } });
// @ts-expect-error -- the parameter is missing
await client.get('/books/:id');
// @ts-expect-error -- it has another name
await client.get('/books/:id', { params: { name: 1 } });
// @ts-expect-error -- an object cannot stand in a path
await client.get('/books/:id', { params: { id: {} } });

holds<Equal<Wire<Date>, string>>();
holds<
  Equal<
    Wire<{ a: Date; b: () => void; c: { d: number }[] }>,
    { readonly a: string; readonly c: readonly { readonly d: number }[] }
  >
>();
holds<Equal<Wire<undefined>, undefined>>();
holds<Equal<Wire<Response>, unknown>>();
holds<Equal<Wire<'a' | 1 | null>, 'a' | 1 | null>>();
