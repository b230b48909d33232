import type { ConnectOptions } from '@orderloom/client';
import type { PublishedLifecycle } from '@orderloom/domain';
import type { Embedded } from '@orderloom/embedded';
import type { ViewGenerations } from '@orderloom/engine';
import type { EdgeEvents, EdgeLog } from '@orderloom/http';

/** The engine of one application, with its tenants, and how its own client gets to it. */
export type OpenedEngine = Pick<Embedded, 'engine' | 'registry' | 'keyStore' | 'precheck' | 'stop'> & {
  /** The log for readers outside, where this process can read it. */
  readonly events?: Omit<EdgeEvents, 'types'>;
  /** The generations of the views, where this process has them. */
  readonly generations?: ViewGenerations;
  readonly connection: ConnectOptions;
  /** What an acknowledged command survives. */
  readonly durability: string;
  readonly log: EdgeLog;
};

/** What an engine is opened with, wherever it runs. */
export type Surroundings = {
  readonly tenants: readonly string[];
  /** What tenants get published. */
  readonly lifecycles: readonly PublishedLifecycle[];
  readonly log: EdgeLog;
};
