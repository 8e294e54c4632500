/** Exports with other forms of time. */
import { csv, type ExportCase, HEALTHY_ROWS, secondsOf, timed } from './export-rows.ts';

const german = (time: string) => time.replace(/^(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d):\d\d$/, '$3.$2.$1 $4');
const us = (time: string) =>
  time.replace(
    /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):\d\d$/,
    (_, y, m, d, h, min) =>
      `${Number(m)}/${Number(d)}/${y} ${Number(h) % 12 || 12}:${min} ${Number(h) < 12 ? 'AM' : 'PM'}`,
  );

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'December'];
const named = (time: string) =>
  time.replace(/^(\d{4})-(\d\d)-(\d\d) (.*)$/, (_, y, m, d, rest) =>
    Number(m) % 2
      ? `"${NAMES[m - 1]} ${Number(d)}, ${y}, ${rest}"`
      : `${d}-${NAMES[m - 1]}-${y} ${rest} +0000`,
  );

export const TIME_EXPORTS: readonly ExportCase[] = [
  ...(
    [
      ['an offset of hours alone', (time) => `${time}+00`],
      ['an offset without a colon', (time) => `${time.replace(' ', 'T')}.000+0000`],
      ['a space before the offset', (time) => `${time}.000 +0000`],
      ['UTC in letters', (time) => `${time} UTC`],
      ['small letters', (time) => `${time.replace(' ', 't')}z`],
      ['a comma before the fraction', (time) => `"${time},123"`],
      ['an hour of one digit', (time) => time.replace(' 0', ' ')],
      ['slashes', (time) => time.replaceAll('-', '/')],
    ] satisfies [string, (time: string) => string][]
  ).map(([name, form]): ExportCase => ({ name: `times with ${name}`, content: csv(timed(form)), right: 1 })),
  {
    name: 'times with a space before another offset',
    content: csv(timed((time) => `${time} -0400`)),
    right: 1,
    // Four hours later than those of the others.
    amounts: { Peru: [10, 20], China: [30.5, 1000] },
  },
  {
    name: 'times of two forms',
    content: csv([...HEALTHY_ROWS, ...timed((time) => `${time}+00`)]),
    right: 2,
  },
  {
    name: 'years of two digits',
    content: csv(timed((time) => time.replace(/^20(\d\d)-(\d\d)-(\d\d)/, '$3/$2/$1'))),
    right: /; a year of two digits is not read: export four/,
    score: 'none',
  },
  ...(
    [
      ['epoch_milliseconds', (time) => String(secondsOf(time) * 1000)],
      ['epoch_seconds', (time) => String(secondsOf(time))],
      ['excel_serial', (time) => (secondsOf(time) / 86_400 + 25_569).toFixed(5)],
      ['day_month_year', german],
      ['month_day_year', us],
      ['year_month_day', (time) => time.replaceAll(/[-:]/g, '').replace(' ', 'T')],
      ['month_name', named],
      ['year_month_day', (time) => `${time} GMT`],
    ] satisfies [string, (time: string) => string][]
  ).map(
    ([format, form]): ExportCase => ({
      name: `times of ${format}`,
      content: csv(timed(form)),
      right: new RegExp(
        `timestamp: 4 of 4 rows .* such as ".*" \\(.*:2\\).*set times\\.format to .*"${format}"|set times\\.format to "${format}"`,
      ),
      settings: { times: { format } },
      score: 'none',
    }),
  ),
];
