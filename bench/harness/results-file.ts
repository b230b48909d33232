import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Bench } from './bench.ts';
import type { Report } from './report.ts';
import { markdownTables } from './table.ts';

const PREFACE = `# Results

Written by \`npm run bench -- NAME --size full --write\`; not edited by hand. What the columns mean, and how a run is
made, is in [docs/reference/bench.md](../docs/reference/bench.md).
`;

const sectionOf = (bench: Bench, report: Report): string => {
  const { results, targets, reasons } = markdownTables(report);
  const { machine } = report;
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const contenders = bench.contenders.map(({ name, about }) => `- \`${name}\`: ${about}`);
  const parts = [
    `## ${bench.name}`,
    [
      `- Date: ${report.date}`,
      `- Size: ${report.size}, ${bench.rounds[report.size]} rounds`,
      `- Machine: ${machine.cpus}; ${machine.memory}; ${machine.system}; load before the run ${machine.load}`,
      `- Disk: ${machine.disk}`,
      `- Versions: ${versions.join(', ')}`,
    ].join('\n'),
    '### Targets',
    targets,
    '### Figures',
    results,
    reasons,
    '### Contenders',
    contenders.join('\n'),
    '### Method',
    bench.method.trim(),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
};

/** The page with the section of one bench put in the place of its old one; new sections go to the end. */
export const withSection = (page: string, name: string, section: string): string => {
  const [preface = '', ...sections] = page.split(/^(?=## )/m);
  const isSame = (text: string): boolean => text.startsWith(`## ${name}\n`);
  const others = sections.map((text) => (isSame(text) ? section : text));
  if (!sections.some(isSame)) others.push(section);
  return [preface, ...others]
    .map((part) => part.trimEnd())
    .join('\n\n')
    .concat('\n');
};

/** Puts a report into the results page at `path`; the sections of other benches stay as they are. */
export const writeResults = (path: string, bench: Bench, report: Report): void => {
  const page = existsSync(path) ? readFileSync(path, 'utf8') : PREFACE;
  writeFileSync(path, withSection(page, bench.name, sectionOf(bench, report)));
};
