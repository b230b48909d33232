import type { Command } from 'commander';
import { bodyIn, type Json } from '../connection/api.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { columns } from '../terminal.ts';
import { type CommonOptions, engineCommand, surroundingsOf } from './options.ts';

type Timer = { readonly type: string; readonly key: string; readonly name: string; readonly due: string };

/** Pending deadlines, one a line. */
export const timerLines = (timers: readonly Timer[]): readonly string[] =>
  columns(timers.map(({ due, name, type, key }) => [due, name, `${type}/${key}`]));

export const timersIn = (body: Json): readonly Timer[] => body['deadlines'] as readonly Timer[];

const asking = (path: string, lines: (body: Json) => readonly string[]) => async (options: CommonOptions) => {
  const { terminal, reach } = surroundingsOf(options);
  const body = await withEngine({ ...reach, creates: false }, async (api) => bodyIn(await api.get(path)));
  terminal.result(body, () => lines(body));
};

const timers = asking('/v1/deadlines?limit=1000', (body) =>
  timersIn(body).length === 0 ? ['No deadline is pending.'] : timerLines(timersIn(body)),
);

/** `orderloom timers`. */
export const timersCommand = (): Command =>
  engineCommand({
    usage: 'timers',
    summary: 'List pending deadlines, the next one first (at most 1000)',
    examples: ['timers', 'timers --tenant ocel --json'],
  }).action(timers);
