import type { Explanation, Position, RecordedEvent, StreamRef } from '@orderloom/decider';
import type { CommandRequest, CommandResult } from './command.ts';
import type { DeadLetter, ParkedReaction } from './ports/event-log.ts';
import type { SearchPage, SearchQuestion } from './ports/view-search.ts';
import type { RememberedCommand } from './processor/remembered-commands.ts';
import type { StoredDocument } from './ports/stored-document.ts';
import type { ListPage, ParkedEvent, Sum } from './ports/view-store.ts';

/** What is open in the engine at this moment; the source of `/metrics` and of the benches. */
export type EngineFigures = {
  readonly commands: Readonly<Record<CommandResult['outcome'], number>>;
  readonly groups: number;
  readonly events: number;
  readonly streams: number;
  /** Streams of which only the end is in memory; their state is read back when it is needed. */
  readonly streamsSetAside: number;
  readonly deadlinesPending: number;
  readonly deadlinesFired: number;
  /** Lateness of the last fired deadlines, ms: median, p99 and worst of the last 10,000. */
  readonly lateness: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly quarantined: number;
  /** Index of the last event that is in a snapshot; 0: there is none. */
  readonly snapshotIndex: number;
  /** Events in the log that the views do not show yet. */
  readonly lag: number;
  /** Time spent deciding and committing on the main thread, ms. */
  readonly decideMs: number;
  readonly commitMs: number;
};

/** Where a stream is and what it allows. */
export type StreamExplanation = {
  readonly version: number;
  readonly explanation: Explanation;
  readonly nextDeadline: { readonly name: string; readonly due: number } | null;
  /** Section -> its version, where the type has any: what a command may expect. */
  readonly sections?: Readonly<Record<string, number>>;
};

/** One engine as its edges see it (HTTP, CLI, import, benches): the same calls, whatever stands behind. */
export type Engine = {
  /** Resolves when the outcome is durable. Never rejects for a refusal; rejects only after `stop`. */
  readonly send: (command: CommandRequest) => Promise<CommandResult>;
  /**
   * Input that has begun to arrive but is not yet a command (a request whose body is being read).
   * Deadlines wait for it; call the returned function when it was sent or given up.
   */
  readonly inputArriving: () => () => void;
  /** Where the stream is whose command has just been answered, region by region; `undefined`: no such stream. */
  readonly statusOf: (stream: StreamRef) => Explanation['status'] | undefined;
  /**
   * State as the next command will find it: status and legal commands; `undefined`: no such stream.
   * Rejects with `history-unavailable` where it is not in memory and cannot be read back.
   */
  readonly explain: (stream: StreamRef) => Promise<StreamExplanation | undefined>;
  /** The stream's present state as the decider sees it; `undefined`: no such stream. Rejects as `explain` does. */
  readonly stateOf: (
    stream: StreamRef,
  ) => Promise<{ readonly version: number; readonly state: unknown } | undefined>;
  /** Version of the stream; `undefined`: no such stream. */
  readonly versionOf: (stream: StreamRef) => number | undefined;
  /**
   * What is remembered of accepted commands from outside with that id: one for each slot that has had it. A refused one is
   * not remembered. Throws `not-available` where another process may know of one.
   */
  readonly remembered: (tenant: string, commandId: string) => readonly RememberedCommand[];
  /** State of the tenant's own stream, which is always in memory; `undefined`: no such tenant. */
  readonly globalOf: (tenant: string) => unknown;
  /** Names of all tenants that exist. O(streams). */
  readonly tenants: () => readonly string[];
  readonly deadlines: (
    limit: number,
    tenant?: string,
  ) => readonly { stream: StreamRef; name: string; due: number }[];
  readonly history: (
    stream: StreamRef,
    afterVersion: number,
    limit: number,
  ) => Promise<readonly RecordedEvent[]>;
  readonly get: (view: string, tenant: string, id: string) => Promise<StoredDocument | undefined>;
  readonly list: (
    view: string,
    tenant: string,
    list: string,
    before: string | null,
    limit: number,
  ) => Promise<ListPage>;
  /** The documents of a view that answer a question. */
  readonly search: (view: string, question: SearchQuestion) => Promise<SearchPage>;
  /** The sums of a list. Rejects with `not-available` where the views are in a store that keeps none. */
  readonly sums: (view: string, tenant: string, list: string) => Promise<readonly Sum[]>;
  /** Waits until the views show `position`, at most `ms`; false when the time is over. */
  readonly waitFor: (position: Position, ms: number) => Promise<boolean>;
  /** Log index that the views show, and how old they are (ms; 0 when at the head). */
  readonly asOf: () => { readonly index: number; readonly lagMs: number; readonly head: number };
  readonly parked: () => Promise<{
    readonly reactions: readonly ParkedReaction[];
    readonly events: readonly ParkedEvent[];
    readonly deadLetters: readonly DeadLetter[];
  }>;
  /** Resolves when every accepted event is in every view and no ripe deadline is left. */
  readonly settled: () => Promise<void>;
  readonly figures: () => EngineFigures;
  /** Takes no more commands, finishes what is under way, closes everything. */
  readonly stop: () => Promise<void>;
};
