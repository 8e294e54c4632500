/** The fields that every line begins with, in the order that ECS logging asks for. */
export interface EcsLine {
  '@timestamp': string;
  'log.level': 'info' | 'error';
  message: string;
  'ecs.version': string;
  'service.name': string;
}

/** Begins a line of the Elastic Common Schema. @param now milliseconds since the epoch */
export function ecsLine(now: number, level: EcsLine['log.level'], message: string): EcsLine {
  return {
    '@timestamp': timestamp(now),
    'log.level': level,
    message,
    'ecs.version': '8.11.0',
    'service.name': 'voucher-edge',
  };
}

/** @returns text that clients chose, as it may stand in a log: cut to `length`, and valid Unicode */
export function bounded(text: string, length: number): string {
  return (text.length > length ? text.slice(0, length) : text).toWellFormed();
}

let lastSecond = Number.NaN;
let lastPrefix = '';

/** ISO 8601 in UTC with milliseconds; a Date is made only once a second. */
function timestamp(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastPrefix = new Date(second * 1000).toISOString().slice(0, -4);
  }
  const milliseconds = Math.floor(now - second * 1000);
  return `${lastPrefix}${String(milliseconds).padStart(3, '0')}Z`;
}
