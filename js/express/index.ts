// What `import ... from 'nexurejs/express'` gives.
export { expressRequest, expressResponse, fromExpress } from './from-express.ts';
export { mountExpress } from './mount.ts';
export { toExpress, toNodeHandler } from './node-handler.ts';

export type { FromExpress } from './from-express.ts';
export type {
  ExpressErrorMiddleware,
  ExpressHandler,
  ExpressMiddleware,
  ExpressNext,
  ExpressRequest,
  ExpressResponse,
} from './types.ts';
