import { obtain, type Wanted } from '../run/obtain.ts';
import { obstacleTo, type ServerName } from '../servers/servers.ts';
import { StackError } from '../stack-error.ts';
import type { Options } from './options.ts';

type Asked = { [Name in ServerName]: Wanted<Name> }[ServerName];

const wantedOf = (name: ServerName, { brokers, esNodes }: Options): Asked => {
  const holders = 'until-down';
  if (name === 'kafka') return { name, options: { brokers }, nodes: brokers, holders };
  if (name === 'elasticsearch') return { name, options: { nodes: esNodes }, nodes: esNodes, holders };
  return { name, options: {}, holders };
};

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Brings one server up, and says on stderr what it is doing. Gives the exit code that this deserves. */
const upOne = async (run: string, name: ServerName, options: Options): Promise<0 | 1 | 3> => {
  const say = (text: string): void => void process.stderr.write(`${name}: ${text}\n`);
  const obstacle = obstacleTo(name);
  if (obstacle !== undefined) {
    say(`left out: ${obstacle}`);
    return 3;
  }
  const since = performance.now();
  let steps = 0;
  const onStep = (step: string): void => {
    steps += 1;
    say(`${step} ...`);
  };
  try {
    const { urls } = await obtain(run, { ...wantedOf(name, options), onStep });
    say(`${steps === 0 ? 'is up already' : `serves after ${seconds(since)}`} at ${urls.join(',')}`);
    return 0;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    say(error.code === 'other-shape' ? `${error.message}; say down first` : error.message);
    return 1;
  }
};

/** Brings all up that are asked for, at once; gives the exit code. One that fails does not hold up the others. */
export const up = async (run: string, options: Options): Promise<number> => {
  const codes = await Promise.all(options.names.map((name) => upOne(run, name, options)));
  if (codes.includes(1)) return 1;
  return codes.includes(3) ? 3 : 0;
};
