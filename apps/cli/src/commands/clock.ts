import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { type Api, bodyIn } from '../connection/api.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { instantOf } from './instant-of.ts';
import { timerLines, timersIn } from './operations.ts';
import { type CommonOptions, engineCommand, groupCommand, surroundingsOf } from './options.ts';
import { commandLines } from './show-result.ts';

const clockPath = (api: Api): string => `/v1/tenants/${encodeURIComponent(api.tenant)}/commands`;

const tell = async (options: CommonOptions, type: string, data: object): Promise<void> => {
  const { terminal, reach } = surroundingsOf(options);
  const body = await withEngine({ ...reach, creates: false }, async (api) =>
    bodyIn(await api.post(clockPath(api), randomUUID(), { type, data })),
  );
  terminal.result(body, () => commandLines(body));
};

type SimulateOptions = CommonOptions & { readonly asleep?: boolean };

const simulate = (at: string, options: SimulateOptions): Promise<void> =>
  tell(options, 'SimulateClock', { at: instantOf(at), deadlines: options.asleep ? 'asleep' : 'awake' });

const advance = (to: string, options: CommonOptions): Promise<void> =>
  tell(options, 'AdvanceClock', { to: instantOf(to) });

type ReleaseOptions = CommonOptions & { readonly dryRun?: boolean };

const release = async (options: ReleaseOptions): Promise<void> => {
  const { terminal, reach } = surroundingsOf(options);
  await withEngine({ ...reach, creates: false }, async (api) => {
    const pending = timersIn(bodyIn(await api.get('/v1/deadlines?limit=1000')));
    const now = Date.now();
    const fires = pending.filter(({ due }) => Date.parse(due) <= now);
    const heading = `${fires.length} deadlines are due in real time${fires.length > 0 ? ':' : '.'}`;
    const found = [heading, ...timerLines(fires)];
    if (options.dryRun) {
      terminal.result({ released: false, fires }, () => found);
      return;
    }
    for (const line of found) terminal.note(line);
    const body = bodyIn(await api.post(clockPath(api), randomUUID(), { type: 'ReleaseClock', data: {} }));
    terminal.result({ released: true, fires }, () => commandLines(body));
  });
};

/** `orderloom clock`. */
export const clockCommand = (): Command => {
  const clock = groupCommand({
    usage: 'clock',
    summary: 'Simulate the time of a tenant, move it, or make it real again',
    examples: ['clock simulate 2026-01-01T00:00:00Z', 'clock release --tenant ocel --dry-run'],
  });
  clock.addCommand(
    engineCommand({
      usage: 'simulate <instant>',
      summary: 'Stop the clock of a tenant at an instant; from then on it moves by `clock advance` only',
      examples: ['clock simulate 2026-01-01T00:00:00Z --asleep'],
    })
      .option('--asleep', 'deadlines fire only when the clock is released')
      .action(simulate),
  );
  clock.addCommand(
    engineCommand({
      usage: 'advance <instant>',
      summary: 'Move a simulated clock forward; deadlines it passes fire in order, unless they are asleep',
      examples: ['clock advance 2026-02-01T00:00:00Z'],
    }).action(advance),
  );
  clock.addCommand(
    engineCommand({
      usage: 'release',
      summary: 'Make the clock real again, after showing which deadlines fire then',
      examples: ['clock release --tenant ocel --dry-run', 'clock release --tenant ocel'],
    })
      .option('--dry-run', 'only show what would fire')
      .action(release),
  );
  return clock;
};
