// express-session and passport: state behind a cookie, saved before the head of the answer leaves.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-local';

import { expressRequest, fromExpress } from '../../js/express/index.ts';
import { ask, compare, ours, same, theirs } from './pair.ts';

import type { RequestHandler } from 'express';
import type { Answered, Asked } from './pair.ts';

declare module 'express-session' {
  interface SessionData {
    views: number;
  }
}

interface User {
  readonly id: string;
  readonly name: string;
}

const USERS: Record<string, User> = { u1: { id: 'u1', name: 'Ada' } };

const cookieOf = ({ headers }: Answered): string => (headers['set-cookie'] ?? '').toString().split(';', 1)[0] ?? '';
/** The identifier in a cookie is random. */
const blur = (text: string): string =>
  text.replaceAll(/connect\.sid=[^;]*/g, 'connect.sid=*').replaceAll(/Expires=[^;]*/g, 'Expires=*');

const sessions = (store?: session.Store): RequestHandler =>
  session({ secret: 'not a secret', resave: false, saveUninitialized: false, ...(store && { store }) });

/** Saves and loads in later turns, as a database does. */
class SlowStore extends session.MemoryStore {
  override set(sid: string, value: session.SessionData, callback?: (error?: unknown) => void): void {
    setTimeout(() => super.set(sid, value, callback), 20);
  }

  override get(sid: string, callback: (error: unknown, value?: session.SessionData | null) => void): void {
    setTimeout(() => super.get(sid, callback), 5);
  }
}

function localPassport(): passport.PassportStatic {
  const own = new passport.Passport() as unknown as passport.PassportStatic;
  own.use(
    new Strategy((name, password, done) => {
      if (name === 'broken') done(new Error('the database is down'));
      else done(null, name === 'ada' && password === 'secret' ? USERS['u1'] : false);
    }),
  );
  own.serializeUser((user, done) => done(null, (user as User).id));
  own.deserializeUser((id: string, done) => done(null, USERS[id] ?? false));
  return own;
}

for (const [kind, store] of [
  ['in memory', () => new session.MemoryStore()],
  ['a slow one', () => new SlowStore()],
] as const) {
  describe(`express-session with a store, ${kind}`, () => {
    test('counts like in Express, and sets its cookie in every kind of answer', async (t) => {
      const our = await ours(t, (app) => {
        const counting = app.use(
          fromExpress<{ session: session.Session & Partial<session.SessionData> }>(sessions(store())),
        );
        counting.get('/views', (ctx) => {
          ctx.session.views = (ctx.session.views ?? 0) + 1;
          return ctx.response.type('text/html; charset=utf-8').send(`views: ${ctx.session.views}`);
        });
        counting.get('/json', (ctx) => {
          ctx.session.views = 1;
          return { a: 1 };
        });
        counting.get('/stream', (ctx) => {
          ctx.session.views = 1;
          return (async function* () {
            yield 'a';
            yield 'b';
          })();
        });
        counting.get('/later', async (ctx) => {
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
          ctx.session.views = 1;
          return 'later';
        });
        counting.get('/fails', (ctx) => {
          ctx.session.views = 1;
          throw new Error('x');
        });
        counting.get('/nothing', (ctx) => {
          ctx.session.views = 1;
        });
        counting.get('/untouched', () => 'untouched');
      });
      const their = await theirs(t, (app) => {
        app.set('etag', false);
        app.use(sessions(store()));
        app.get('/views', (req, res) => {
          req.session.views = (req.session.views ?? 0) + 1;
          res.send(`views: ${req.session.views}`);
        });
      });
      const [actual, expected] = await Promise.all([ask(our, { path: '/views' }), ask(their, { path: '/views' })]);
      same(actual, expected, 'the first', { blur });
      const again = { path: '/views', headers: { Cookie: cookieOf(actual) } };
      assert.equal((await ask(our, again)).text(), 'views: 2');
      assert.equal((await ask(our, again)).text(), 'views: 3');
      for (const [path, body] of [
        ['json', '{"a":1}'],
        ['stream', 'ab'],
        ['later', 'later'],
        ['nothing', ''],
        ['fails', undefined],
      ] as const) {
        const answer = await ask(our, { path: `/${path}` });
        if (body !== undefined) assert.equal(answer.text(), body);
        assert.match(String(answer.headers['set-cookie']), /^connect\.sid=/, path);
        // It was saved: the store knows it.
        const then = await ask(our, { path: '/views', headers: { Cookie: cookieOf(answer) } });
        assert.equal(then.text(), 'views: 2', path);
      }
      assert.equal((await ask(our, { path: '/untouched' })).headers['set-cookie'], undefined);
    });
  });
}

describe('passport', () => {
  const login = (username: string, password: string): Asked => ({
    method: 'POST',
    path: '/login',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `username=${username}&password=${password}`,
  });

  test('logs in with passport-local, as in Express', async (t) => {
    const our = await ours(t, (app) => {
      const own = localPassport();
      app.use(fromExpress(sessions()));
      const users = app.use(fromExpress<{ user?: User }>(own.initialize(), own.session()));
      users.post('/login', fromExpress(express.urlencoded({ extended: false }), own.authenticate('local')), (ctx) =>
        ctx.response.type('text/html; charset=utf-8').send(`welcome ${ctx.user?.name}`),
      );
      users.post(
        '/redirect',
        fromExpress(
          express.urlencoded({ extended: false }),
          own.authenticate('local', { successRedirect: '/in', failureRedirect: '/out' }),
        ),
      );
      users.get('/me', (ctx) => ctx.response.type('text/html; charset=utf-8').send(ctx.user?.name ?? 'nobody'));
      users.post('/logout', async (ctx) => {
        const req = expressRequest(ctx) as unknown as { logout(done: (error?: unknown) => void): void };
        await new Promise<void>((resolve) => {
          req.logout(() => resolve());
        });
        return ctx.response.type('text/html; charset=utf-8').send(ctx.user === null ? 'bye' : 'still here');
      });
    });
    const their = await theirs(t, (app) => {
      const own = localPassport();
      app.set('etag', false);
      app.use(sessions(), own.initialize(), own.session());
      app.post('/login', express.urlencoded({ extended: false }), own.authenticate('local'), (req, res) => {
        res.send(`welcome ${(req.user as User).name}`);
      });
      app.post(
        '/redirect',
        express.urlencoded({ extended: false }),
        own.authenticate('local', { successRedirect: '/in', failureRedirect: '/out' }),
      );
      app.get('/me', (req, res) => {
        res.send((req.user as User | undefined)?.name ?? 'nobody');
      });
      app.post('/logout', (req, res) => {
        req.logout(() => res.send(req.user === null ? 'bye' : 'still here'));
      });
    });
    const both = [our, their] as const;
    await compare(
      both,
      [
        { path: '/me' },
        login('ada', 'wrong'),
        login('ada', 'secret'),
        { ...login('ada', 'secret'), path: '/redirect' },
        { ...login('ada', 'wrong'), path: '/redirect' },
        { ...login('', ''), path: '/redirect' },
      ],
      { blur },
    );
    const failed = await ask(our, login('broken', 'x'));
    assert.equal(failed.status, 500);
    const cookies = await Promise.all(both.map(async (port) => cookieOf(await ask(port, login('ada', 'secret')))));
    for (const [method, path, text] of [
      ['GET', '/me', 'Ada'],
      ['POST', '/logout', 'bye'],
      ['GET', '/me', 'nobody'],
    ] as const) {
      const [actual, expected] = await Promise.all(
        both.map((port, index) => ask(port, { method, path, headers: { Cookie: cookies[index] as string } })),
      );
      same(actual as Answered, expected as Answered, path, { blur });
      assert.equal(actual?.text(), text);
    }
  });
});
