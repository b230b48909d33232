import type { ViewContents } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import type { Violation } from './check.ts';

/** What every document says that it adds to sums, added up again. */
const addedUp = (contents: ViewContents): Map<string, bigint> => {
  const byView = new Map(projections.flatMap(({ name, sums }) => (sums ? [[name, sums] as const] : [])));
  const all = new Map<string, bigint>();
  for (const { view, id, body } of contents.documents()) {
    const summed = byView.get(view)?.(JSON.parse(body));
    if (summed === undefined) continue;
    const tenant = id.slice(0, id.indexOf('/'));
    for (const list of summed.lists)
      for (const [name, amount] of Object.entries(summed.amounts)) {
        const sum = `${view}/${tenant}/${list} ${summed.unit} ${name}`;
        all.set(sum, (all.get(sum) ?? 0n) + BigInt(amount));
      }
  }
  return all;
};

/** Sums that are not what the documents add up to, the first one of them. The views are those of one moment. */
export const wrongSums = (contents: ViewContents): readonly Violation[] => {
  const kept = new Map(
    [...contents.sums()].map(({ list, unit, name, amount }) => [`${list} ${unit} ${name}`, amount]),
  );
  const expected = addedUp(contents);
  const wrong = [...new Set([...kept.keys(), ...expected.keys()])]
    .sort()
    .filter((sum) => (kept.get(sum) ?? 0n) !== (expected.get(sum) ?? 0n));
  const [first] = wrong;
  if (first === undefined) return [];
  const more = wrong.length > 1 ? ` (the first of ${wrong.length} sums)` : '';
  const problem = `the sum ${first} is ${kept.get(first) ?? 0n}, its documents add up to ${expected.get(first) ?? 0n}${more}`;
  return [{ stream: 'views', version: 0, problem }];
};
