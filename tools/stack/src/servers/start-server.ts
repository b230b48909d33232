import { mkdirSync, rmSync } from 'node:fs';
import type { Identity } from '../processes/identity.ts';
import { endProcesses, startProcess } from '../processes/start-process.ts';
import { until } from '../processes/until.ts';
import { StackError } from '../stack-error.ts';
import type { Layout } from './recipe.ts';
import { obstacleTo, recipeOf, type ServerName, type ServerOptions } from './servers.ts';

const TRIES = 3;
const FIND_EACH_OTHER_MS = 60_000;

/** Of each node: its processes, the first one first; none before it is launched. */
export type NodeProcesses = readonly (readonly Identity[])[];

/** What takes its time; a server that is installed is not installed again. */
export type Step = 'installing' | 'starting';

/** What a server is started with. */
export type Start<Name extends ServerName> = {
  readonly name: Name;
  readonly folder: string;
  readonly options: ServerOptions[Name];
  /** Hears of processes before they serve: whoever starts them may not live to see that. */
  readonly onLaunch: (processes: NodeProcesses) => void;
  readonly onStep?: (step: Step) => void;
};

export type Started = { readonly layout: Layout; readonly processes: NodeProcesses };

const startNodes = async (layout: Layout, onLaunch: (processes: NodeProcesses) => void): Promise<Started> => {
  const launched: (readonly Identity[])[] = layout.nodes.map(() => []);
  const starts = await Promise.allSettled(
    layout.nodes.map(async (plan, index) => {
      launched[index] = await startProcess(plan, (first) => {
        launched[index] = [first];
        onLaunch(launched);
      });
    }),
  );
  const failed = starts.find((start) => start.status === 'rejected');
  const whole =
    failed === undefined &&
    (await until(async () => ((await layout.isWhole()) ? true : undefined), FIND_EACH_OTHER_MS));
  if (whole === true) return { layout, processes: launched };
  await endProcesses(launched.flat(), 'SIGKILL');
  if (failed !== undefined) throw failed.reason as Error;
  throw new StackError('did-not-start', 'the nodes did not find each other');
};

/** Ports that were free when asked and are taken when bound cost another try. */
const onFreePorts = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1)
    try {
      return await work();
    } catch (error) {
      const taken = error instanceof StackError && error.code === 'port-taken';
      if (!taken || tries === TRIES) throw error;
    }
};

/** Brings all that a server needs, so that later starts are only that. Throws `unavailable` or `install-failed`. */
export const installServer = async (name: ServerName, onStep?: (step: Step) => void): Promise<void> => {
  const obstacle = obstacleTo(name);
  if (obstacle !== undefined) throw new StackError('unavailable', obstacle);
  const { isInstalled, install, prepare } = recipeOf(name);
  if (!isInstalled()) onStep?.('installing');
  await install();
  if (prepare) await onFreePorts(prepare);
};

/** Installs a server if need be, lays it out in its folder and starts it; where that fails nothing is left behind. */
export const startServer = async <Name extends ServerName>({
  name,
  folder,
  options,
  onLaunch,
  onStep,
}: Start<Name>): Promise<Started> => {
  await installServer(name, onStep);
  onStep?.('starting');
  return onFreePorts(async () => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      return await startNodes(await recipeOf(name).layOut(folder, options), onLaunch);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  });
};
