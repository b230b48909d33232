import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { spawnEngine } from '../connection/engine-process.ts';
import { type CommonOptions, folderCommand, folderIn } from './options.ts';

type Options = CommonOptions & { readonly port?: string; readonly config?: string };

const DEFAULT_PORT = 7070;

/** A TCP port; 0: any free one. Throws a usage error. */
export const portIn = (text: string | undefined): number => {
  if (text === undefined) return Number(process.env['PORT'] ?? DEFAULT_PORT);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw usageError(`${text} is no port`, 'name one from 0 (any free one) to 65535');
  return port;
};

/** Hands signals on to the engine, and ends as it ends. */
const serve = (options: Options): Promise<void> => {
  const child = spawnEngine({
    folder: folderIn(options),
    port: portIn(options.port),
    config: options.config,
    output: 'inherit',
  });
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const handOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of signals) process.on(signal, handOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      for (const signal of signals) process.off(signal, handOn);
      process.exitCode = code ?? 1;
      resolve();
    });
  });
};

/** `orderloom serve`. */
export const serveCommand = (): Command =>
  folderCommand({
    usage: 'serve',
    summary: 'Run the engine on a data folder until Ctrl-C, with its page and HTTP API',
    examples: ['serve', 'serve --data ./shop --port 8080', 'serve --config orderloom.config.ts'],
  })
    .option('--port <number>', `port on 127.0.0.1 (default: $PORT, else ${DEFAULT_PORT})`)
    .option('--config <file>', 'module with lifecycles of your own (default: $ORDERLOOM_CONFIG)')
    .action(serve);
