import { readFileSync } from 'node:fs';
import { startTracing } from '@orderloom/otlp';
import { followerProcess } from '@orderloom/runtime';
import { composeProjectorCache } from './compose.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

await followerProcess({
  name: 'projector-cache',
  does: 'projects to Redis',
  version,
  startTracing,
  compose: composeProjectorCache,
});
