import { readFileSync } from 'node:fs';
import { startTracing } from '@orderloom/otlp';
import { projectorProcess } from '@orderloom/runtime';
import { composeProjectorArchive } from './compose.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

await projectorProcess({
  name: 'projector-archive',
  target: 'the archive',
  version,
  startTracing,
  compose: composeProjectorArchive,
});
