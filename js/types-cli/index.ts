// What `import ... from 'nexurejs/types'` gives: for build steps, not for servers.
export { transformTypes } from './transform.ts';
