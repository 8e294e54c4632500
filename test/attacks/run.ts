import { parseArgs } from 'node:util';
import { removeCleanRuns } from './attack.ts';
import { ATTACKS } from './attacks.ts';

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '200' } },
  allowPositionals: true,
});
const chosen = ATTACKS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);
let fallen = 0;
for (const { name, run } of chosen) {
  const started = performance.now();
  const { tried, fell, note, skipped } = await run(Number(values.rounds));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    skipped
      ? `${name}: skipped, ${skipped}`
      : `${name}: ${tried} tried, ${fell.length} fell (${[`${seconds} s`, note].filter(Boolean).join(', ')})`,
  );
  for (const line of new Set(fell)) console.log(`  ${line}`);
  fallen += fell.length;
}
removeCleanRuns();
process.exitCode = fallen === 0 ? 0 : 1;
