import { useEffect } from 'hono/jsx/dom';
import { Headline } from '../lib/parts.tsx';
import { useQuery } from '../lib/view.tsx';

/** One word for each idea, the same in the console, the API and the config. */
const TERMS: Readonly<Record<string, string>> = {
  amount: 'The money that a voucher is worth, in the currency of the customer’s country.',
  segment:
    'A way to group customers by one quantity, such as the number of their orders, or by several jointly. Each request names a segment, or takes the default one.',
  band: 'A closed range of whole numbers of a segment: 5-13 orders. A customer is in one band of a segment, or in none where the bands leave a gap.',
  cell: 'One country and one band. A cell has the rows of the history that fall into it.',
  level:
    'How many segments a combination looks at. The finest level looks at all of them; where it has too few rows, the next coarser one answers.',
  rows: 'Assignments of the history: at one time, one customer was given one voucher. A customer who was given three vouchers has three rows.',
  default:
    'The amount that is served when no level answers: default_amount of the config, 0 as shipped. A country may have a default of its own.',
  fallback:
    'Where an answer comes from when the cell has none: with "country", the country as a whole; then the default.',
  source:
    'Where an answer came from: segment (the cell or combination), country (the country as a whole), or default.',
  spend:
    'The sum of the amounts if every row of the history, or every customer of a file, were asked for once. It is never added up over currencies.',
  statistic:
    'Which figure of a cell is served: mean, median, mode, the nearest amount that was given, or one of them pulled toward the coarser level where rows are few.',
  interval:
    'The range in which the true mean lies with 95% confidence, if the rows were drawn at random: mean ± 1.96 standard errors, somewhat more for few rows. Few rows make it wide.',
  dropped:
    'A row that could not be used, such as one without a country. Every dropped row is counted with its reason.',
  filled: 'A row that was kept although a value was missing: what replaces it is counted.',
  version: 'One table of answers. The same history and config always give the same version.',
  guard: 'A limit of the config that a new version has to respect before it goes live.',
};

export function view() {
  const [query] = useQuery();
  const asked = query.get('term');
  useEffect(() => {
    if (asked !== null) document.getElementById(`term-${asked}`)?.scrollIntoView({ block: 'center' });
  }, [asked]);
  return (
    <>
      <Headline title="Glossary">One word for each idea, here, in the API and in the config.</Headline>
      <dl class="card glossary">
        {Object.entries(TERMS).map(([name, text]) => (
          <div key={name} id={`term-${name}`} class={name === asked ? 'term-asked' : ''}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
