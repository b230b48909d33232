/** The strong entity tag of a version. */
export const etagOf = (version: number): string => `"${version}"`;

/** Whether the caller already holds that version. */
export const holdsVersion = (header: string | readonly string[] | undefined, version: number): boolean =>
  header !== undefined &&
  String(header)
    .split(',')
    .some((tag) => tag.trim().replace(/^W\//, '') === etagOf(version) || tag.trim() === '*');
