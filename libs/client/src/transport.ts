import type { SectionVersion } from '@orderloom/engine';
import type { ParkedWork } from './client.ts';
import type { Following } from './consuming/following.ts';
import type { Queries } from './reading/reading.ts';
import type { Result, TryAgain } from './result.ts';
import type { Patience } from './sending.ts';

/** A command on its way out. For one that makes its stream, `stream.key` is ''. */
export type Outgoing = {
  readonly stream: { readonly tenant: string; readonly type: string; readonly key: string };
  readonly type: string;
  /** As JSON would have it. */
  readonly data: unknown;
  readonly key: string;
  readonly expectedVersion: number | null;
  readonly expectedSection?: SectionVersion;
  readonly actor: string | null;
};

/** One who consumes for a group of a tenant. */
export type Membership = {
  readonly tenant: string;
  readonly group: string;
  /** Event types that are asked for; every type where none is said. */
  readonly events: readonly string[] | undefined;
};

/** One way to an engine. */
export type Transport = {
  /** Prepares a command once; the function sends it, each time with the same key and content. */
  readonly prepare: (
    command: Outgoing,
  ) =>
    | Result
    | { readonly outcome: 'prepared'; readonly attempt: (signal: AbortSignal) => Promise<Result | TryAgain> };
  /** Sends commands of one tenant together; each has the result that it would have alone. */
  readonly sendAll: (commands: readonly Outgoing[], patience: Patience) => Promise<readonly Result[]>;
  readonly queries: Queries;
  readonly follow: (member: Membership) => Promise<Following>;
  /** What groups of a tenant have parked. */
  readonly parked: (tenant: string) => ParkedWork;
  readonly stop: () => Promise<void>;
};
