import type { Moved } from './publish.ts';

/** The events that the webhook hears of. */
export type NewsEvent =
  | 'published'
  /** The data or a guard said no, and what was live stays. */
  | 'refused'
  /** Nothing is published over what is live until it is released. */
  | 'held'
  /** It would have been published, but what is live is held. */
  | 'held_back'
  | 'released'
  /** To an earlier version, which is held from then on. */
  | 'rolled_back'
  /** A run failed. */
  | 'failed'
  /** The history behind what is live is older than the config allows. */
  | 'stale';

/** A message for the webhook. */
export interface News {
  event: NewsEvent;
  /** When it happened: ISO 8601 in UTC, with milliseconds. */
  at: string;
  /** The version that it is about; null where a run made none. */
  version: string | null;
  /** What was live before, of what moves the pointer. */
  previous: string | null;
  /** A person or a program. */
  by: string;
  /** The reason that the operator gave. */
  reason: string | null;
  /** Why something was refused, was held back, failed or is stale. */
  reasons: string[];
  /** The run of ingestion that did it; null where it was none. */
  run: string | null;
}

const EVENTS = { publish: 'published', hold: 'held', release: 'released', rollback: 'rolled_back' } as const;

/** @returns the news of a move of the pointer; null where nothing has changed */
export function newsOfMove({ moved, pointer }: Moved): News | null {
  const { action, at, version, previous, by, reason, run } = pointer;
  if (!moved || action === 'bundled') return null;
  return { event: EVENTS[action], at, version, previous, by, reason, reasons: [], run };
}

/** @param now milliseconds since the epoch @returns the news that the history of a version is too old */
export function staleNews(version: string, warning: string, now: number): News {
  const at = new Date(now).toISOString();
  const byItself = { previous: null, by: 'voucher-edge', reason: null, run: null };
  return { event: 'stale', at, version, ...byItself, reasons: [warning] };
}

/** The reasons that a text has room for. */
const MOST_REASONS = 5;
const LONGEST_TEXT = 2_000;

/** @returns news as one or two lines for a chat. Nothing in it is markup there: it may quote names of files */
export function newsText(news: News): string {
  const { reason, reasons } = news;
  const why = reason === null ? '' : ` Reason: ${reason}`;
  const more = reasons.length > MOST_REASONS ? [`and ${reasons.length - MOST_REASONS} more reasons`] : [];
  const because = [...reasons.slice(0, MOST_REASONS), ...more].join('\n');
  const text = `voucher-edge: ${sentence(news)}${why}${because === '' ? '' : `\n${because}`}`;
  // Slack reads <!channel> as a call to everybody.
  return text.replaceAll('<', '‹').replaceAll('>', '›').slice(0, LONGEST_TEXT).toWellFormed();
}

function sentence({ event, version, previous, by, run }: News): string {
  const what = version === null ? (run ?? 'A version') : `version ${version}`;
  const before = previous === null || previous === version ? '' : `; before it, ${previous} was live`;
  switch (event) {
    case 'published':
      return `${by} published ${what}${before}.`;
    case 'refused':
      return `${what} was not published. What was live stays.`;
    case 'held':
      return `${by} holds ${what}${before}. Nothing is published over it until it is released.`;
    case 'held_back':
      return `${what} was not published, because what is live is held.`;
    case 'released':
      return `${by} released ${what}.`;
    case 'rolled_back':
      return `${by} rolled back to ${what}${before}. It is held until it is released.`;
    case 'failed':
      return `${run ?? what} failed. What was live stays.`;
    case 'stale':
      return `the history of ${what} is stale.`;
  }
}
