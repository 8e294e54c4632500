import { describe, expect, it } from 'vitest';
import { type Command, execute } from '../../../build/cli/command.ts';
import { DataError } from '../../../src/core/errors.ts';
import { keptTerminal } from '../support/terminal.ts';

const options = {
  url: { value: 'URL', description: 'The deployment' },
  remote: { description: 'The account' },
  data: { value: 'FOLDER', description: 'The data folder' },
} as const;

async function told(...args: string[]) {
  const terminal = keptTerminal();
  const command: Command<typeof options> = {
    name: 'npm run artifact -- hold',
    summary: 'Says what to do.',
    options,
    examples: [],
    async run(_values, { out }) {
      out('Release it with: npm run artifact -- release\n');
      throw new DataError('upload them: npm run artifact -- uploads put FILE, or npm run artifact -- list');
    },
  };
  return { code: await execute(command, args, terminal), ...terminal.text };
}

describe('a command that words tell people to run', () => {
  it('names the versions of the place that this command was called for', async () => {
    expect(await told('--remote', '--data', "it's mine")).toEqual({
      code: 1,
      out: "Release it with: npm run artifact -- release --remote --data 'it'\\''s mine'\n",
      err: "error: upload them: npm run artifact -- uploads put FILE, or npm run artifact -- list --remote --data 'it'\\''s mine'\n",
    });
  });

  it('names the deployment whose uploads this command was called for', async () => {
    expect((await told('--url', 'https://voucher-edge.example.com')).err).toBe(
      'error: upload them: npm run artifact -- uploads put --url https://voucher-edge.example.com FILE, or npm run artifact -- list\n',
    );
  });

  it('stays as it is where no place was named', async () => {
    expect((await told()).out).toBe('Release it with: npm run artifact -- release\n');
  });
});
