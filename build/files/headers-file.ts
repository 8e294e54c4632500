import { CONSOLE_HEADERS } from '../../src/pages/console-headers.ts';

/** @returns the file that tells Workers' static assets which headers to send with each */
export function headersFile(): string {
  const lines = Object.entries(CONSOLE_HEADERS).map(([name, value]) => `  ${name}: ${value}`);
  return ['/*', ...lines, ''].join('\n');
}
