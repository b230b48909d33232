// The page of metrics, held against what a running engine shows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { engineProcess, type EngineProcess } from '@orderloom/testing';

const page = readFileSync(join(import.meta.dirname, 'metrics.md'), 'utf8');
let engine: EngineProcess;
beforeAll(async () => {
  engine = await engineProcess(join(import.meta.dirname, '../../apps/command-service/dist/main.js'));
});
afterAll(() => engine.stop());

type Metric = { readonly name: string; readonly type: string; readonly labels: readonly string[] };

const documented = page
  .split('\n')
  .filter((line) => line.startsWith('| `orderloom_'))
  .map((line): Metric => {
    const [, name = '', type = '', labels = ''] = line
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', ''));
    return { name, type, labels: labels === '' ? [] : labels.split(', ') };
  });

/** Every metric of ours with its type and the labels that its samples carry, but a bucket's bound. */
const shownIn = (text: string): Metric[] =>
  [...text.matchAll(/^# TYPE (orderloom_\w+) (\w+)$/gm)].map(([, name = '', type = '']) => {
    const samples = text.split('\n').filter((line) => line.startsWith(name));
    const labels = samples.flatMap((line) => [...line.matchAll(/(\w+)="/g)].map(([, label]) => label!));
    return { name, type, labels: [...new Set(labels)].filter((label) => label !== 'le') };
  });

test('the page lists what /metrics shows, with types and labels', async () => {
  await fetch(`${engine.url}/healthz`);
  const shown = shownIn(await (await fetch(`${engine.url}/metrics`)).text());
  const byName = (a: Metric, b: Metric): number => (a.name < b.name ? -1 : 1);
  expect(shown.toSorted(byName)).toEqual(documented.toSorted(byName));
});
