import { createHash, randomBytes } from 'node:crypto';
import { subcommand } from '../../cli/group.ts';
import { UsageError } from '../../cli/options.ts';

const options = { json: { description: 'Write one JSON object to standard output' } } as const;

/** Makes an admin token for an operator: the service gets only its hash. */
export const tokenCommand = subcommand({
  summary:
    'Makes an admin token for an operator. The operator keeps the token; the deployment gets its hash, as an entry of ADMIN_TOKENS.',
  options,
  operands: { usage: 'NAME', least: 1, most: 1 },
  examples: [{ args: 'ana', does: 'make a token for ana' }],
  async run(values, terminal, [name = '']) {
    if (!/^[^:,\s]{1,64}$/.test(name)) {
      throw new UsageError('A name has 1 to 64 characters, and no blank, comma or colon');
    }
    const token = randomBytes(32).toString('base64url');
    const entry = `${name}:${createHash('sha256').update(token).digest('hex')}`;
    if (values.json) terminal.json({ name, token, entry });
    else {
      terminal.out(
        `The token, for ${name} alone:\n  ${token}\n\nThe entry for ADMIN_TOKENS, beside those that are there, with a comma between them:\n  ${entry}\n\nSet it with: npx wrangler secret put ADMIN_TOKENS. On a server of your own it is a variable of its environment.\n`,
      );
    }
  },
});
