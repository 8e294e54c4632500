/** The currencies (ISO 4217) that a sign beside an amount may be of, in lower case and without its last point. */
const CURRENCIES: Readonly<Record<string, string>> = {
  '€': 'EUR',
  $: 'USD AUD CAD HKD SGD NZD MXN ARS CLP COP',
  us$: 'USD',
  r$: 'BRL',
  '£': 'GBP EGP',
  '¥': 'JPY CNY',
  '₹': 'INR',
  rs: 'INR PKR LKR',
  '₽': 'RUB',
  '₺': 'TRY',
  tl: 'TRY',
  zł: 'PLN',
  kč: 'CZK',
  kr: 'SEK NOK DKK ISK',
  ft: 'HUF',
  lei: 'RON',
  fr: 'CHF',
};

/** @returns whether signs beside amounts may all be of one currency: amounts of two are never added */
export function mayBeOneCurrency(signs: readonly string[]): boolean {
  const known = signs.map(currenciesOf).filter((codes) => codes !== null);
  const [first = [], ...others] = known;
  return known.length === 0 || first.some((code) => others.every((codes) => codes.includes(code)));
}

/** @returns null for a sign that says little */
function currenciesOf(sign: string): string[] | null {
  if (/^[A-Z]{3}$/.test(sign)) return [sign];
  return CURRENCIES[sign.toLowerCase().replace(/\.$/, '')]?.split(' ') ?? null;
}
