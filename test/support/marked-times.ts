import { csv, type ExportCase, timed } from './export-rows.ts';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const ctime = (time: string) => {
  const date = new Date(`${time.replace(' ', 'T')}Z`);
  const day = String(date.getUTCDate()).padStart(2);
  return `${WEEKDAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${time.slice(11)} ${time.slice(0, 4)}`;
};
const halves = (time: string) =>
  `${time.slice(5, 7)}/${time.slice(8, 10)}/${time.slice(0, 4)} ${Number(time.slice(11, 13)) % 12 || 12}${time.slice(13)}\u202f${time.slice(11, 13) < '12' ? 'AM' : 'PM'}`;
const compact = (time: string) => time.replaceAll(/\D/g, '');
const milliseconds = (time: string) => Date.parse(`${time.replace(' ', 'T')}Z`);

const ZONE_NAMES = /the name of a zone does not tell the offset: export UTC or ±HH:MM/;

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

const MONTH_NAMES = /such as .*; names of months are read in English: export YYYY-MM-DD/;
const ROUNDED = /; a spreadsheet has rounded them: show them there as whole numbers, and export again/;

/** Times as programs write them, with names, zones and units. */
export const MARKED_TIMES: readonly ExportCase[] = [
  {
    name: 'times with the name of a zone after the offset',
    content: csv(timed((time) => `${time.replace(' ', 'T')}.5+00:00[Europe/London]`)),
    right: 1,
  },
  {
    name: 'times with Z and the name of a zone',
    content: csv(timed((time) => `${time.replace(' ', 'T')}Z[Etc/GMT+5]`)),
    right: 1,
  },
  ...(
    [
      ['digits alone', compact, 'year_month_day'],
      ['ctime', ctime, 'month_name'],
      ['a space that does not break before AM', halves, 'month_day_year'],
    ] as const
  ).map(
    ([name, form, format]): ExportCase => ({
      name: `times of ${name}`,
      content: csv(timed(form)),
      right: new RegExp(`timestamp: 4 of 4 rows .*; set times\\.format to "${format}" in the config`),
      settings: { times: { format } },
      score: 'none',
    }),
  ),
  ...(
    [
      ['a spreadsheet that rounded seconds', () => '1.77E+09', ROUNDED],
      ['a German spreadsheet that rounded them', () => '"1,77E+12"', ROUNDED],
      [
        'nanoseconds',
        (time) => `${milliseconds(time)}000000`,
        /; nanoseconds and ticks are not read: export/,
      ],
      ['German months', (time) => `1. Mai 2026 ${time.slice(11)}`, MONTH_NAMES],
      ['Spanish months', () => '1 de mayo de 2026', MONTH_NAMES],
      ['Russian months', (time) => `"пт, 1 мая 2026 ${time.slice(11)}"`, MONTH_NAMES],
      ['Japanese months', () => '2026年5月1日', MONTH_NAMES],
      ['weeks', () => '2026-W18-5', /; weeks and days of the year are not read: export YYYY-MM-DD/],
      ['days of the year', () => '2026-121', /; weeks and days of the year are not read/],
      ['Date of Java', (time) => ctime(time).replace(/ (\d+)$/, ' CEST $1'), ZONE_NAMES],
      ['names of zones', (time) => `${time} CEST`, ZONE_NAMES],
      ['names of regions', (time) => `${time.replace(' ', 'T')}[Europe/Berlin]`, ZONE_NAMES],
      ['days of zeros', () => '0000-00-00 00:00:00', /; zeros are no day: export an empty field/],
      ['the NA of R', () => 'NA', /; NA is Namibia: export an empty field/],
      ['####', () => '########', /; Excel writes # for errors: export the values alone/],
      ['days since the year 0', () => '740103.41667', /such as "740103.41667" .*; write times as YYYY-MM-DD/],
      [
        '/Date(…)/',
        (time) => `/Date(${milliseconds(time)})/`,
        /such as "\/Date\(\d+\)\/" .*; \/Date\(…\)\/ counts milliseconds: set times\.format to "epoch_milliseconds"/,
      ],
      ['formulas', (time) => quoted(`="${time}"`), /; Excel marks text with =/],
    ] satisfies [string, (time: string) => string, RegExp][]
  ).map(
    ([name, form, right]): ExportCase => ({
      name: `times written as ${name}`,
      content: csv(timed(form)),
      right,
      score: 'none',
    }),
  ),
];
