// What `import ... from 'nexurejs/native'` gives: parts of the native core by themselves.
export { RadixRouter } from './radix-router.ts';

export type { RadixMatch, RadixRequest, RadixRouterOptions } from './radix-router.ts';
