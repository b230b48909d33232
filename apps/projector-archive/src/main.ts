import { readFileSync } from 'node:fs';
import { startTracing } from '@orderloom/otlp';
import { followerProcess } from '@orderloom/runtime';
import { composeProjectorArchive } from './compose.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

await followerProcess({
  name: 'projector-archive',
  does: 'projects to the archive',
  version,
  startTracing,
  compose: composeProjectorArchive,
});
