// What the compiler knows of patterns with optional, typed, constrained and several parameters.
import { createApp } from '../../js/index.ts';

import type { Middleware, ParamNames, ParamsOf } from '../../js/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`. */
function holds<_Claim extends true>(): void {
  // Types only.
}

declare module '../../js/types.ts' {
  interface ParamTypes {
    locale: 'de' | 'en';
  }
}

// Optional segments.
holds<Equal<ParamsOf<'/:id?'>, { readonly id?: string }>>();
holds<Equal<ParamsOf<'/a/:b/:c?'>, { readonly b: string; readonly c?: string }>>();
holds<Equal<ParamsOf<'/:year?/:month(int)?'>, { readonly year?: string; readonly month?: number }>>();
holds<Equal<ParamsOf<'/x/:a-:b?'>, { readonly a?: string; readonly b?: string }>>();
holds<Equal<ParamNames<'/:a/:b?'>, 'a' | 'b'>>();

// Types.
holds<Equal<ParamsOf<'/:id(int)'>, { readonly id: number }>>();
holds<Equal<ParamsOf<'/:x(float)/:y(bool)'>, { readonly x: number; readonly y: boolean }>>();
holds<
  Equal<
    ParamsOf<'/:u(uuid)/:d(date)/:s(slug)/:o(own)'>,
    Record<never, never> & {
      readonly u: string;
      readonly d: string;
      readonly s: string;
      readonly o: string;
    } extends infer T
      ? { readonly [K in keyof T]: T[K] }
      : never
  >
>();
holds<Equal<ParamsOf<'/:l(locale)'>, { readonly l: 'de' | 'en' }>>();

// Expressions, with slashes, colons, parentheses, brackets and question marks within.
holds<Equal<ParamsOf<'/:id(\\d+)'>, { readonly id: string }>>();
holds<Equal<ParamsOf<'/:id(^\\d+$)/x'>, { readonly id: string }>>();
holds<Equal<ParamsOf<'/:a(x/y:z)/:b'>, { readonly a: string; readonly b: string }>>();
holds<Equal<ParamsOf<'/:a(([a-f0-9]{3},?)+)/:b(int)'>, { readonly a: string; readonly b: number }>>();
holds<Equal<ParamsOf<'/:a(\\([)(:]\\))/:b'>, { readonly a: string; readonly b: string }>>();
holds<Equal<ParamsOf<'/:a([\\]:)])?'>, { readonly a?: string }>>();
holds<Equal<ParamsOf<'/:a(.*)'>, { readonly a: string }>>();

// Several in a segment, text around them, escaped colons, wildcards.
holds<Equal<ParamNames<'/:a-:b'>, 'a' | 'b'>>();
holds<Equal<ParamNames<'/:file.:ext'>, 'file' | 'ext'>>();
holds<Equal<ParamNames<'/at/:hour(\\d+)h:minute(\\d+)m'>, 'hour' | 'minute'>>();
holds<Equal<ParamsOf<'/v:major(int).x'>, { readonly major: number }>>();
holds<Equal<ParamNames<'/::not/:a::b'>, 'a'>>();
holds<Equal<ParamNames<'/:$x/:y_1@home'>, '$x' | 'y_1'>>();
holds<Equal<ParamsOf<'*'>, { readonly '*': string }>>();
holds<Equal<ParamsOf<'/:a(int)/*'>, { readonly a: number; readonly '*': string }>>();
holds<Equal<ParamsOf<'/files*rest'>, { readonly rest: string }>>();

const app = createApp({ routing: { strict: false, duplicateSlashes: 'merge', constraints: { year: /\d{4}/ } } });
// Middleware that needs no parameters fits routes whose parameters are numbers.
const plain: Middleware = (ctx, next) => (ctx.params['id'] === 1 ? 'one' : next());
app.get('/n/:id(int)/:tab?', plain, (ctx) => {
  holds<Equal<typeof ctx.params.id, number>>();
  // @ts-expect-error -- an optional one may be missing
  const tab: string = ctx.params.tab;
  return [ctx.params.id + 1, tab];
});
app.get('/v', { host: /^api\./, version: '1.x' }, () => 'v');
app.route({ method: 'GET', path: '/c', constraints: { host: '*.example.com' }, handler: () => 'c' });
// @ts-expect-error -- a version is text
app.get('/v2', { version: 2 }, () => 'v');
// @ts-expect-error -- an expression, not text
createApp({ routing: { constraints: { year: '\\d{4}' } } });
