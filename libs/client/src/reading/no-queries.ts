import { ClientError } from '../client-error.ts';
import type { Queries } from './reading.ts';

/** What answers queries where nobody does. */
export const noQueries = (where: string): Queries => {
  const refuse = async (): Promise<never> => {
    throw new ClientError('not-available', `documents, lists and histories are not available ${where}`);
  };
  return {
    ...{ document: refuse, history: refuse, explanation: refuse },
    ...{ preview: refuse, orders: refuse, work: refuse, effects: refuse },
  };
};
