import { enableCompileCache } from 'node:module';

// Loading takes as long as two hundred thousand customers: what has been compiled once is kept in the system's
// temporary folder. It has to be said before anything else is loaded.
enableCompileCache();
const { run } = await import('./cli/command.ts');
const { scoreCommand } = await import('./score/command.ts');

await run(scoreCommand);
