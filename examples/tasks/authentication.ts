// Who asks: what is declared behind this middleware knows `ctx.user`.
import { createMiddleware, UnauthorizedError } from 'nexurejs';

/** Takes bearer tokens (RFC 6750). */
export const authentication = (tokens: ReadonlyMap<string, string>) =>
  createMiddleware((ctx, next) => {
    const user = tokens.get(/^Bearer (.+)$/i.exec(ctx.get('authorization') ?? '')?.[1] ?? '');
    if (user !== undefined) return next({ user });
    throw new UnauthorizedError('Send a token.', { headers: { 'WWW-Authenticate': 'Bearer' } });
  });
