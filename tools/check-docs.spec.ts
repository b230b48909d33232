// The documentation, held against the tree: links lead somewhere, commands and flags exist, every page says its kind,
// and nothing names the machine it was written on.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = dirname(import.meta.dirname);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = globSync('{README.md,CHANGELOG.md,{docs,docker,bench}/**/*.md,libs/*/golden/**/*.md}', {
  cwd: root,
}).filter((path) => !path.includes('node_modules'));

const sourcesIn = (...globs: readonly string[]): string =>
  globs
    .flatMap((glob) => globSync(glob, { cwd: root }))
    .filter((path) => !/(^|\/)(dist|node_modules)\//.test(path))
    .map(read)
    .join('\n');

/** A heading as the anchor that hosts of Markdown make of it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsIn = (path: string): Set<string> =>
  new Set([...read(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchorOf(heading!)));

const withoutBlocks = (text: string): string => text.replaceAll(/^```.*?^```$/gms, '');

/** Why a relative link leads nowhere; `undefined`: it leads somewhere. */
const linkFault = (page: string, link: string): string | undefined => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), decodeURI(path));
  if (target.startsWith('..')) return `${link} leaves the repository`;
  if (!existsSync(join(root, target))) return `${link} leads to nothing`;
  const hasAnchor = anchor === undefined || !target.endsWith('.md') || anchorsIn(target).has(anchor);
  return hasAnchor ? undefined : `${link}: there is no such heading`;
};

/** What stands in `code`, in indented blocks and in fenced ones. */
const codeIn = (text: string): string =>
  [...text.matchAll(/`([^`\n]+)`|^ {4}(.+)$|^```\w*\n(.*?)^```$/gms)]
    .map(([, inline, indented, fenced]) => inline ?? indented ?? fenced ?? '')
    .join('\n');

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const cliSource = sourcesIn('apps/cli/src/**/*.ts');
const flagSource = sourcesIn(
  'apps/*/src/**/*.ts',
  'bench/**/*.ts',
  'libs/runtime/src/node-flags.ts',
  'tools/*.mjs',
  'tools/stack/src/**/*.ts',
);

describe.each(pages)('%s', (page) => {
  const text = read(page);
  const code = codeIn(text);

  test('has links that lead somewhere', () => {
    const links = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    const relative = links.filter((link) => !/^[a-z]+:/i.test(link));
    expect(relative.map((link) => linkFault(page, link)).filter(Boolean)).toEqual([]);
  });

  test('names npm scripts, commands and flags that exist', () => {
    const run = [...code.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name!);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
    const lines = code
      .split('\n')
      .filter((line) => /\borderloom [a-z]|\bnpm (run|start|test)|main\.js/.test(line));
    const verbs = lines.flatMap((line) =>
      [...line.matchAll(/\borderloom ([a-z][a-z-]+)/g)].map(([, verb]) => verb!),
    );
    expect(verbs.filter((verb) => !new RegExp(`'${verb}[ ']`).test(cliSource))).toEqual([]);
    const flags = lines.flatMap((line) =>
      [...line.matchAll(/(?<!\S)\[?(--[a-z][a-z-]+)/g)].map(([, flag]) => flag!),
    );
    const known = (flag: string): boolean =>
      flagSource.includes(flag) || flagSource.includes(`'${flag.slice(2)}'`);
    expect(flags.filter((flag) => !known(flag))).toEqual([]);
  });

  test('names variables of the environment that are read', () => {
    const variables = new Set(text.match(/\bORDERLOOM_[A-Z_]+\b/g));
    expect([...variables].filter((name) => !sourcesIn('libs/runtime/src/config.ts').includes(name))).toEqual(
      [],
    );
  });

  test('is merged to the end', () => {
    expect(text.match(/^(?:<{7}|={7}|>{7})(?: .*)?$/gm)).toBeNull();
  });

  test('names no machine', () => {
    expect(text.match(/(?<![\w.])\/(?:home|root|work|Users|tmp|mnt)\/\S*|[A-Z]:\\\S*/g)).toBeNull();
  });
});

const KINDS = ['tutorial', 'how-to', 'reference', 'explanation'];

test.each(pages.filter((page) => KINDS.includes(page.split('/')[1] ?? '')))('%s says its kind', (page) => {
  const [, front = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(read(page)) ?? [];
  expect(/^kind: (.+)$/m.exec(front)?.[1]).toBe(page.split('/')[1]);
  expect(body.match(/^# .+$/gm)?.length).toBeGreaterThanOrEqual(1);
});
