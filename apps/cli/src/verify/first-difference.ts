const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Personal data is sealed, and yet no value is repeated that nobody needs: numbers and short words say enough. */
const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : 'something else';
};

/**
 * Where two JSON values part first, by name, as `says state.money.paid is 9, the log 10`; `undefined`: nowhere.
 * O(size of both).
 */
export const firstDifference = (kept: unknown, folded: unknown, at = ''): string | undefined => {
  if (Object.is(kept, folded)) return undefined;
  if (!isObject(kept) || !isObject(folded) || Array.isArray(kept) !== Array.isArray(folded))
    return `says ${at === '' ? 'it' : at} is ${shown(kept)}, the log ${shown(folded)}`;
  for (const name of new Set([...Object.keys(folded), ...Object.keys(kept)].sort())) {
    const inner = firstDifference(kept[name], folded[name], at === '' ? name : `${at}.${name}`);
    if (inner !== undefined) return inner;
  }
  return undefined;
};
