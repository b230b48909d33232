import { readFileSync } from 'node:fs';
import { startTracing } from '@orderloom/otlp';
import { followerProcess } from '@orderloom/runtime';
import { composeProjectorSearch } from './compose.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

await followerProcess({
  name: 'projector-search',
  does: 'projects to Elasticsearch',
  version,
  startTracing,
  compose: composeProjectorSearch,
});
