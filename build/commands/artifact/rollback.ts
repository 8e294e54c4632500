import { rollback } from '../../../src/core/publish/publish.ts';
import { type Command, EXIT_DONE } from '../../cli/command.ts';
import { kvOptions } from '../../kv/kv.ts';
import { byOption, type Tools, whoever } from '../../kv/tools.ts';

const options = { ...kvOptions, ...byOption } as const;

export function rollbackCommand({ withKv, clock }: Tools): Command<typeof options> {
  return {
    name: 'npm run artifact -- rollback',
    summary: 'Makes an artifact live again: the one before the last move, or the one that is named.',
    options,
    operands: { usage: '[VERSION]', least: 0, most: 1 },
    examples: [
      { args: '--remote', does: 'go back to what was live before' },
      { args: 'e7d48dc12311ad3f --remote', does: 'go back to this version' },
    ],
    run: (values, terminal, [version = null]) =>
      withKv(values, async (kv) => {
        const { moved, pointer } = await rollback(kv, version, { by: values.by ?? whoever(), now: clock() });
        if (values.json) terminal.out(`${JSON.stringify({ version: pointer.version, moved, pointer })}\n`);
        else if (moved) terminal.out(`${pointer.version} is live; before it was ${pointer.previous}.\n`);
        else terminal.out(`${pointer.version} was live already.\n`);
        return EXIT_DONE;
      }),
  };
}
