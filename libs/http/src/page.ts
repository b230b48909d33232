import { readFileSync } from 'node:fs';

/** The files lie in src and are not compiled, so the built program reads them there too. */
const read = (name: string): string => readFileSync(new URL(`../src/page/${name}`, import.meta.url), 'utf8');

/** The built-in page and the policy that lets it load nothing but itself. */
export const page = {
  html: read('index.html'),
  script: read('ui.js'),
  work: read('work.js'),
  style: read('ui.css'),
  policy:
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;
