import { createHash } from 'node:crypto';
import type { JobState } from '@orderloom/domain';
import { commandRequest, REBUILD_STEPS, type Engine, type RebuildRecord } from '@orderloom/engine';

const KIND = 'rebuild-views';
/** Views are of all tenants; their jobs are kept by the one that every engine has. */
const TENANT = 'main';
/** Steps between two records. */
const RECORD_EVERY = 10;

/** Every command has an id of its own for its step, so that a rebuild which goes on repeats what it has said. */
export const rebuildRecord = (engine: Engine, generation: string): RebuildRecord => {
  const stream = { tenant: TENANT, type: 'job', key: `rebuild-${generation}` };
  let recorded = 0;
  const say = async (type: string, id: string, data: object): Promise<void> => {
    const commandId = `${stream.key}:${id}`;
    await engine.send(commandRequest({ stream, type, data, commandId, actor: 'views' }));
  };
  const stateOf = async (): Promise<JobState | undefined> =>
    (await engine.stateOf(stream))?.state as JobState | undefined;
  return {
    start: async () => {
      const state = await stateOf();
      recorded = state?.done ?? 0;
      if (state?.status === 'running') return;
      const source = createHash('sha256').update(generation).digest('hex');
      await say('StartJob', `start:${state?.status ?? 'none'}:${recorded}`, {
        kind: KIND,
        source,
        total: REBUILD_STEPS,
      });
    },
    at: (step) => {
      if (step < recorded + RECORD_EVERY) return;
      recorded = step - (step % RECORD_EVERY);
      void say('AdvanceJob', String(recorded), { done: recorded, counts: {} });
    },
    // Asked for at every start too, where it is nearly always done already.
    complete: async (counts) => {
      if ((await stateOf())?.status === 'running') await say('CompleteJob', 'complete', { counts });
    },
    fail: (code, reason) => say('FailJob', `fail:${recorded}`, { code, reason }),
  };
};
