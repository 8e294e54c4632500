import { dateTime, duration } from './format.ts';

const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

/** @returns how long ago a time is, or how far ahead: "3 hours ago", "just now" */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (Number.isNaN(seconds)) return '';
  if (Math.abs(seconds) < 60) return 'just now';
  return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
}

/** A time in UTC and how long ago that is; the reader's own time shows on hover. */
export function Time({ iso }: { iso: string }) {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return <span>{iso}</span>;
  return (
    <time datetime={iso} title={`${local.format(time)} in your time zone`}>
      {dateTime(iso)}
      <span class="ago"> ({ago(iso)})</span>
    </time>
  );
}
