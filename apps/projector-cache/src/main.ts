import { readFileSync } from 'node:fs';
import { startTracing } from '@orderloom/otlp';
import { projectorProcess } from '@orderloom/runtime';
import { composeProjectorCache } from './compose.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

await projectorProcess({
  name: 'projector-cache',
  target: 'Redis',
  version,
  startTracing,
  compose: composeProjectorCache,
});
