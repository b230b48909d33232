import type { Attribution, Explanation, Position, Rejection, StreamRef, Verdict } from '@orderloom/decider';

/** A section of a stream at a version, `receiver:3`. */
export type SectionVersion = { readonly name: string; readonly version: number };

const SECTION = /^([a-z][A-Za-z]{0,63}):(0|[1-9]\d{0,14})$/;

export const sectionText = ({ name, version }: SectionVersion): string => `${name}:${String(version)}`;

/** `undefined`: the text is none. */
export const readSection = (text: string): SectionVersion | undefined => {
  const [, name, version] = SECTION.exec(text) ?? [];
  return name === undefined ? undefined : { name, version: Number(version) };
};

/** A command on its way to a stream. For a command that makes its stream, `stream.key` is ''. */
export type CommandRequest = Attribution & {
  readonly stream: StreamRef;
  readonly type: string;
  readonly data: object;
  /** Refused as `conflict` where the stream is at another version. */
  readonly expectedVersion: number | null;
  /** Refused as `conflict` where that section of the stream is at another version. */
  readonly expectedSection?: SectionVersion;
  /** The stream whose process manager sent it: a refusal goes back there. `null`: from outside. */
  readonly origin: StreamRef | null;
  /** What those have said of it who were asked before it came; no part of its content: a repeated command is the same one. */
  readonly verdicts?: readonly Verdict[];
};

/** What became of a command. */
export type CommandResult = {
  readonly commandId: string;
  readonly stream: StreamRef;
  /** `pending`: it is on its way, and its answer has not come in time. */
  readonly outcome: 'accepted' | 'duplicate' | 'refused' | 'conflict' | 'unavailable' | 'pending';
  /** Version of the stream after the command (accepted), as first answered (duplicate), or as it is now. */
  readonly version: number;
  /** Position of the command's last event; `null` where nothing was appended now. */
  readonly position: Position | null;
  /** Why: for every outcome but accepted and duplicate. */
  readonly rejection: Rejection | null;
  /** Status and legal commands, for the outcomes that carry a rejection of an existing stream. */
  readonly explanation: Explanation | null;
  /** Of a conflict on a stream that has sections: the version of each. */
  readonly sections?: Readonly<Record<string, number>>;
  /** Region by region, where the stream is afterwards; only where the answer comes from another process. */
  readonly status?: Explanation['status'];
};

/** The envelope of a command from outside, with everything that was not said. */
export const commandRequest = (
  said: Pick<CommandRequest, 'stream' | 'type' | 'data' | 'commandId'> & Partial<CommandRequest>,
): CommandRequest => ({
  causation: null,
  correlation: null,
  root: null,
  hops: 0,
  traceparent: null,
  actor: null,
  businessLine: null,
  channel: null,
  occurredAt: null,
  expectedVersion: null,
  origin: null,
  ...said,
});
