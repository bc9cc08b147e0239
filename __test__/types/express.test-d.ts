// What `fromExpress` takes and adds, by the compiler alone.
import compression from 'compression';
import cors from 'cors';
import express from 'express';
import session from 'express-session';
import helmet from 'helmet';
import morgan from 'morgan';
import multer from 'multer';
import passport from 'passport';

import { fromExpress } from '../../js/express/index.ts';
import { createApp } from '../../js/index.ts';

import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { ExpressErrorMiddleware } from '../../js/express/index.ts';

interface User {
  readonly name: string;
}

const handler: RequestHandler<{ id: string }> = (req, _res, next) => next(req.params.id);
const handlesErrors: ErrorRequestHandler = (error, _req, _res, next) => next(error);
const handlesOurs: ExpressErrorMiddleware = (error, _req, res, _next) => void res.end(String(error));

// The packages as they are typed, next to each other.
const app = createApp()
  .use(fromExpress(helmet(), cors(), compression(), morgan('tiny')))
  .use(fromExpress(session({ secret: 'x' }), passport.initialize(), passport.session()))
  .use(fromExpress(multer().single('file'), express.json(), express.static('.')))
  .use(fromExpress(express.Router(), express(), handler, handlesErrors))
  .use(fromExpress([handler, handlesErrors], handlesOurs))
  .use(
    fromExpress((req, res, next) => {
      req.originalUrl satisfies string;
      res.locals['seen'] = req.method;
      next();
    }),
  )
  // What is named is on the context of what follows.
  .use(fromExpress<{ user: User }>(handler))
  .get('/', (ctx) => ctx.user.name satisfies string)
  // Also of one route only.
  .get('/:id', fromExpress<{ session: { count: number } }>(handler), (ctx) => [ctx.session.count, ctx.params.id])
  // In the place of a handler.
  .get('/express', fromExpress(handler));

// @ts-expect-error -- nothing was named
app.get('/other', (ctx) => ctx.session);
// @ts-expect-error -- a promise is no middleware
fromExpress(Promise.resolve(handler));
// @ts-expect-error -- neither is text
fromExpress('handler');
