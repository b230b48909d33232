import { connect } from 'node:net';
import { join } from 'node:path';
import { debianObstacle, debianProgram } from '../install/debian.ts';
import { onPath } from '../install/programs.ts';
import { freePorts } from '../processes/ports.ts';
import type { Recipe } from './recipe.ts';

const PROGRAM = 'redis-server';
const ANSWER_WITHIN_MS = 1_000;

const answersPing = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const done = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => done(false));
    socket.once('error', () => done(false));
    socket.once('data', (data) => done(data.toString('latin1').startsWith('+PONG')));
  });

/** Redis keeps nothing on disk: it holds a cache, and a cache that comes back empty is what must be survived. */
export const redis: Recipe<object> = {
  obstacle: () => debianObstacle(PROGRAM),
  isInstalled: () => onPath(PROGRAM) !== undefined,
  install: () => debianProgram(PROGRAM),
  layOut: async (folder) => {
    const [port = 0] = await freePorts(1);
    const isReady = (): Promise<boolean> => answersPing(port);
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    return {
      urls: [`redis://127.0.0.1:${port}`],
      nodes: [
        {
          name: 'Redis',
          folder,
          log: join(folder, 'server.log'),
          command: await debianProgram(PROGRAM),
          args: [...settings, '--dir', folder],
          isReady,
        },
      ],
      isWhole: isReady,
    };
  },
};
