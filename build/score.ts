import { run } from './cli/command.ts';
import { scoreCommand } from './score/command.ts';

await run(scoreCommand);
