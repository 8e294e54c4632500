import { expect, it } from 'vitest';
import { GOOD, service } from '../../support/service.ts';

/** What would colour a terminal, forge a line, end a string, or be markup or a formula where a log is shown. */
const HOSTILE = [
  '\u001b[31mred\u001b[0m',
  '\u009b31m',
  'a\nb',
  'a\r\n{"log.level":"error"}',
  '\u2028\u2029',
  '","log.level":"error","x":"',
  '\\',
  '\u0000\u0007\u0008\u007f',
  '</script><img src=x onerror=alert(1)>',
  "=cmd|' /C calc'!A0",
  '\ud800',
  '\u202e',
];

/** @returns whether a terminal may act on a character, a reader take it for a line end, or text turn around */
function isActive(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
  const turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return isControl || turns || code === 0x2028 || code === 0x2029 || (code >= 0xd800 && code <= 0xdfff);
}

it.each(HOSTILE)(
  '%j in any field of a request leaves each line of the log one line of JSON, with no character that acts',
  async (text) => {
    const { send, lines, written } = await service();
    const encoded = encodeURIComponent(text.toWellFormed());
    const safe = (headers: Record<string, string>) => {
      try {
        return new Headers(headers);
      } catch {
        // No client can send it there.
        return new Headers();
      }
    };
    await send('POST', '/voucher', { json: { ...GOOD, country_code: text } });
    await send('POST', '/voucher', { json: { ...GOOD, customer_id: text } });
    await send('POST', '/voucher', { json: { ...GOOD, segment_name: text } });
    await send('POST', '/voucher', { json: { ...GOOD, [text]: text } });
    await send('POST', '/voucher', { json: GOOD, headers: safe({ 'content-type': text }) });
    await send('POST', '/voucher', { json: GOOD, headers: safe({ 'x-request-id': text }) });
    await send('POST', '/vouchers', { json: [{ ...GOOD, country_code: text }, text] });
    await send('POST', `/voucher?${encoded}=${encoded}`, { json: GOOD });
    await send('GET', `/${encoded}`);
    await send('GET', `/runs/${encoded}`, { headers: safe({ authorization: `Bearer ${text}` }) });
    await send('PUT', `/uploads/${encoded}`, { body: 'x' });
    await send('POST', `/ofrep/v1/evaluate/flags/${encoded}`, { json: { context: { targetingKey: text } } });
    expect(lines.length).toBeGreaterThanOrEqual(12);
    for (const line of written) expect([line, [...line].filter(isActive)]).toEqual([line, []]);
    for (const line of lines) {
      expect(Object.keys(line).slice(0, 3)).toEqual(['@timestamp', 'log.level', 'message']);
      expect(line['log.level']).toBe('info');
    }
  },
);
