import { parseArgs } from 'node:util';
import { removeCleanRuns } from './attack.ts';
import { ATTACKS } from './attacks.ts';

const USAGE = `Usage: npm run attack -- [WORDS]... [--rounds NUMBER]

Attacks the service, and counts what falls; without words it runs every attack, else those whose name has one of them.
The exit code is 1 when anything fell.

${ATTACKS.map(({ name }) => `  ${name}`).join('\n')}

  --rounds NUMBER  how often each is tried (default: 200)
`;

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const chosen = ATTACKS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);
if (chosen.length === 0) {
  console.error(`There is no attack named ${positionals.join(' or ')}. npm run attack -- --help lists them.`);
  process.exit(2);
}
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
