import { randomUUID } from 'node:crypto';
import { type Api, bodyIn, type Json } from '../connection/api.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { type CommonOptions, surroundingsOf } from './options.ts';

/** Asks an engine that is there, or has data to be started on, and shows what it says. */
export const asking = async <T extends object>(
  options: CommonOptions,
  ask: (api: Api) => Promise<T>,
  lines: (body: T) => readonly string[],
): Promise<void> => {
  const { terminal, reach } = surroundingsOf(options);
  const body = await withEngine({ ...reach, creates: false }, ask);
  terminal.result(body, () => lines(body));
};

export const get = async (api: Api, path: string): Promise<Json> => bodyIn(await api.get(path));

/** Asks for something to be done, once. */
export const post = async (api: Api, path: string, said: object = {}): Promise<Json> =>
  bodyIn(await api.post(path, randomUUID(), said));
