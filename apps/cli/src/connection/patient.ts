import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Api } from './api.ts';

const TRIES = 6;
const FIRST_PAUSE_MS = 200;

/**
 * The same engine, asked again for a while where it says that a later try may succeed (503): every command of a long
 * run has its own id, so asking twice changes nothing.
 */
export const patient = (api: Api): Api => {
  const retried = async (call: () => Promise<Answer>): Promise<Answer> => {
    for (let tries = 1, pause = FIRST_PAUSE_MS; ; tries++, pause *= 2) {
      const answer = await call();
      if (answer.status !== 503 || tries === TRIES) return answer;
      await sleep(pause);
    }
  };
  return {
    ...api,
    post: (...args) => retried(() => api.post(...args)),
    get: (...args) => retried(() => api.get(...args)),
    forTenant: (tenant) => patient(api.forTenant(tenant)),
  };
};
