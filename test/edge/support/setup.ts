import { createRequire } from 'node:module';

/** Node loads it: Vite, which loads this file, would transform all that it imports, for which it takes many seconds. */
export default (createRequire(import.meta.url)('./prepare.ts') as typeof import('./prepare.ts')).prepare;
