import process from 'node:process';
import { checkClient } from './client-check.ts';

// The first argument of Node and of Deno alike.
const [, , origin = ''] = process.argv;
console.log(JSON.stringify(await checkClient(origin)));
