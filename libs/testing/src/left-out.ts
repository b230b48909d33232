import { appendFileSync } from 'node:fs';

/** Says that a suite cannot run on this machine; `npm test` prints it with its result. */
export const leftOut = (suite: string, reason: string): void => {
  const file = process.env['ORDERLOOM_LEFT_OUT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ suite, reason })}\n`);
};
