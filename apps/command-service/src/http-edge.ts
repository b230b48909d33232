import { createHttpServer, type HttpServer } from '@orderloom/http';
import { edgeOptions } from '@orderloom/nest';
import type { Config, Logger } from '@orderloom/runtime';
import { buildVersion } from './build.ts';

type Parts = Omit<Parameters<typeof edgeOptions>[0], 'build' | 'log'> & {
  /** What an acknowledged command survives, as `/healthz` says it. */
  readonly durability: string;
};

/** The HTTP edge of an engine, whatever profile it has. */
export const httpEdge = ({ durability, ...parts }: Parts, config: Config, log: Logger): Promise<HttpServer> =>
  createHttpServer(
    edgeOptions({
      ...parts,
      build: { version: buildVersion(), profile: config.profile, durability },
      log,
    }),
  );
