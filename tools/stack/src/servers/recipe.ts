import type { ProcessPlan } from '../processes/start-process.ts';

/** A server laid out in a folder, ready to be started: every node keeps its ports and data over restarts. */
export type Layout = {
  readonly urls: readonly string[];
  /** The authority that clients must trust, PEM, where the server is secured. */
  readonly ca?: string;
  readonly nodes: readonly ProcessPlan[];
  /** Whether all nodes have found each other. */
  readonly isWhole: () => Promise<boolean>;
};

/** How one kind of server is had and run. */
export type Recipe<Options> = {
  /** Why it cannot be had here, in one line; `undefined` where it can. */
  readonly obstacle: () => string | undefined;
  readonly isInstalled: () => boolean;
  /** Brings what is missing, and says where it is; the next call finds it. */
  readonly install: () => Promise<string>;
  /** Makes what only has to be made once and saves time at every start. */
  readonly prepare?: () => Promise<void>;
  readonly layOut: (folder: string, options: Options) => Promise<Layout>;
};
