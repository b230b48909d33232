import type { Command } from 'commander';
import type { Json } from '../connection/api.ts';
import { columns } from '../terminal.ts';
import { asking, get } from './asking.ts';
import { moveCommand } from './moving-timers.ts';
import { type CommonOptions, engineCommand, groupCommand } from './options.ts';

type Timer = { readonly type: string; readonly key: string; readonly name: string; readonly due: string };

/** Pending deadlines, one a line. */
export const timerLines = (timers: readonly Timer[]): readonly string[] =>
  columns(timers.map(({ due, name, type, key }) => [due, name, `${type}/${key}`]));

export const timersIn = (body: Json): readonly Timer[] => body['deadlines'] as readonly Timer[];

const timers = (options: CommonOptions): Promise<void> =>
  asking(
    options,
    (api) => get(api, '/v1/deadlines?limit=1000'),
    (body) => (timersIn(body).length === 0 ? ['No deadline is pending.'] : timerLines(timersIn(body))),
  );

/** `orderloom timers`. */
export const timersCommand = (): Command => {
  const group = groupCommand({
    usage: 'timers',
    summary: 'List pending deadlines, or move those that run',
    examples: ['timers', 'timers move payment --as-policy --reason "shorter sale" --actor ann'],
  });
  group.addCommand(
    engineCommand({
      usage: 'list',
      summary: 'List pending deadlines, the next one first (at most 1000)',
      examples: ['timers', 'timers list --tenant ocel --json'],
    }).action(timers),
    { isDefault: true },
  );
  group.addCommand(moveCommand());
  return group;
};
