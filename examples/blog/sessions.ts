// Who has logged in: a signed cookie says it, so that no session is kept on the server.
import { scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

import { createMiddleware, UnauthorizedError } from 'nexurejs';

import type { ResponseBuilder } from 'nexurejs';

const COOKIE = 'session';
const DAY_S = 24 * 60 * 60;

const hash = promisify<string, string, number, Buffer>(scrypt);
/** The users and the hashes of their passwords; a real blog has them in a database, each with a salt of its own. */
const users: ReadonlyMap<string, Buffer> = new Map([['ada', scryptSync('engine', 'ada', 32)]]);
const nobody: Buffer = Buffer.alloc(32);

/** Whether this is the password of a user; takes as long where there is no such user. */
export async function passwordIsRight(name: string, password: string): Promise<boolean> {
  const known = users.get(name);
  return timingSafeEqual(await hash(password, name, 32), known ?? nobody) && known !== undefined;
}

/** Logs a user in for a day. The cookie has its end in it: its signature holds for ever. */
export function startSession(response: ResponseBuilder, name: string): void {
  const until = Date.now() + DAY_S * 1000;
  response.cookie(COOKIE, `${until} ${name}`, {
    signed: true,
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: DAY_S,
  });
}

/** Logs out. */
export function endSession(response: ResponseBuilder): void {
  response.clearCookie(COOKIE, { path: '/' });
}

/** Adds `user`: the name of who has logged in, or nothing. */
export const withSession = createMiddleware((ctx, next) => {
  const [until = '0', user] = ctx.request.signedCookie(COOKIE)?.split(' ') ?? [];
  return next({ user: Number(until) > Date.now() ? user : undefined });
});

/** Lets through who has logged in; behind it `user` is there for certain. */
export const onlyUsers = createMiddleware((ctx: { readonly user: string | undefined }, next) => {
  if (ctx.user === undefined) throw new UnauthorizedError('Log in first.');
  return next({ user: ctx.user });
});
