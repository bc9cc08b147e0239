// What the compiler knows of requests and answers. Checked by `npm run typecheck`; never run.
import { createApp } from '../../js/index.ts';

import type { Wire } from '../../js/client/types.ts';
import type { Context, HttpException, ResponseBuilder } from '../../js/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`. */
function holds<_Claim extends true>(): void {
  // Types only.
}

declare const ctx: Context;

// A status is called and assigned.
ctx.response.status = 201;
holds<Equal<ReturnType<typeof ctx.response.status>, ResponseBuilder>>();
// @ts-expect-error -- a status is a number
ctx.response.status = '201';

// An answer has the type of its body, also for a typed client.
const made = ctx.created({ id: 7, at: new Date() }, '/books/7');
holds<Equal<typeof made, ResponseBuilder<{ id: number; at: Date }>>>();
declare const received: Wire<typeof made>;
holds<Equal<typeof received.at, string>>();
holds<Equal<typeof received.id, number>>();
const json = ctx.status(202).json(['a']);
holds<Equal<typeof json, ResponseBuilder<string[]>>>();
holds<Equal<Wire<ReturnType<Context['noContent']>>, undefined>>();

// What is preferred is one of what was offered.
const type = ctx.request.accepts('json', 'html');
holds<Equal<typeof type, 'json' | 'html' | undefined>>();
holds<Equal<ReturnType<typeof ctx.request.acceptsLanguages<'en'>>, 'en' | undefined>>();
const all = ctx.request.accepts();
holds<Equal<typeof all, string[]>>();

// Errors are of the class of their status.
holds<Equal<typeof HttpException.notFound extends (...values: never[]) => { status: number } ? true : false, true>>();

// @ts-expect-error -- trust is not given away
createApp({ server: { trustProxy: true } });
// @ts-expect-error -- keys are secrets, not numbers
createApp({ cookies: { keys: [7] } });
