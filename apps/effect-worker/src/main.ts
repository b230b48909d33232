import { readFileSync } from 'node:fs';
import { startTracing } from '@orderloom/otlp';
import { followerProcess } from '@orderloom/runtime';
import { composeEffectWorker } from './compose.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

await followerProcess({
  name: 'effect-worker',
  does: 'makes the calls to the outside',
  version,
  startTracing,
  compose: composeEffectWorker,
});
