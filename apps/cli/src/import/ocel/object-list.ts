const QUOTED = /^(?:'([^'"\\]*)'|"([^'"\\]*)")/;

/**
 * The ids in a Python-style list (`['880001','880002']`); a blank text is the empty list.
 * `undefined`: the text is no such list. O(length).
 */
export const objectList = (text: string): readonly string[] | undefined => {
  let rest = text.trim();
  if (rest === '') return [];
  if (!rest.startsWith('[') || !rest.endsWith(']')) return undefined;
  rest = rest.slice(1, -1).trim();
  const ids: string[] = [];
  while (rest !== '') {
    const match = QUOTED.exec(rest);
    if (!match) return undefined;
    ids.push(match[1] ?? match[2] ?? '');
    rest = rest.slice(match[0].length).trimStart();
    if (rest === '') return ids;
    if (!rest.startsWith(',')) return undefined;
    rest = rest.slice(1).trimStart();
    if (rest === '') return undefined;
  }
  return ids;
};
