import { serveWorker } from './server.ts';

/** Serves a Worker in a process of its own, which can be killed: the Worker and the folder of its storage are its arguments. */
const [worker = '', storage = ''] = process.argv.slice(2);
const { origin } = await serveWorker(JSON.parse(worker), {}, storage);
console.log(`Ready on ${origin}`);
