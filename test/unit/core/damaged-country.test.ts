import { describe, expect, it } from 'vitest';
import { isDamagedName } from '../../../src/core/estimate/warnings.ts';

/** What Windows-1252 makes of text in UTF-8. */
const damaged = (text: string) => new TextDecoder('windows-1252').decode(new TextEncoder().encode(text));

describe('the name of a country that another program damaged', () => {
  it.each(
    [
      ['Perú', 'Österreich', 'Łotwa', 'România', 'Šri Lanka', 'Ελλάδα', 'Россия', 'ישראל', 'مصر', 'ایران'],
      ['中国', '日本', '대한민국', 'ไทย', 'भारत', 'Côte d’Ivoire', '🇵🇪 Peru'],
    ].flat(),
  )('is told: %s', (country) => {
    expect(isDamagedName(damaged(country))).toBe(true);
  });

  it.each(['Per\ufffd', 'Per&uacute;', 'C&ocirc;te', '&#80;eru', '#REF!', '#N/A?'])(
    'is told: %s',
    (country) => {
      expect(isDamagedName(country)).toBe(true);
    },
  );
});

describe('the name of a country that is whole', () => {
  it.each(
    [
      [
        'Perú\u00a0Norte',
        'São Tomé\u00a0e Príncipe',
        'PERÚ\u00a0NORTE',
        'Groß\u00a0Britannien',
        'Perú–Norte',
      ],
      [
        'Côte\u00a0d’Ivoire',
        'Curaçao',
        'Åland',
        'Ñuñoa',
        'México»',
        'Trinidad & Tobago',
        'Bosnia&Herzegovina',
      ],
      ['Россия', 'مصر', '中国', 'Türkiye', 'Ivory Coast (CI)'],
    ].flat(),
  )('is left alone: %s', (country) => {
    expect(isDamagedName(country)).toBe(false);
  });
});
