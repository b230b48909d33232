import type { CommandRequest } from './command.ts';
import { isCommand } from './partition/command-records.ts';
import type { Lanes } from './partition/decide-round.ts';
import { LANES, type LaneOffsets } from './ports/partition-port.ts';

/** A transaction that has become durable, as somebody sees it who watches. */
export type DecidedGroup = {
  /** Where there are several. */
  readonly partition?: number;
  /** Commands that were decided in it, in their order; what they caused is not among them. */
  readonly commands: readonly CommandRequest[];
  readonly events: number;
  /** When its first command was taken up, as `performance.now()` says it. */
  readonly began: number;
};

/** Told of each transaction once it is durable. Where nobody listens nothing is made for it. */
export type OnDecided = (group: DecidedGroup) => void;

/** The commands of a durable step, while they still lie in their lanes. */
export const commandsOf = (lanes: Lanes, offsets: Partial<LaneOffsets>): CommandRequest[] => {
  const commands: CommandRequest[] = [];
  for (const lane of LANES) {
    const behind = offsets[lane] ?? 0;
    for (let at = 0, record = lanes[lane].at(0); record !== undefined && record.offset < behind;) {
      if (isCommand(record) && !('code' in record.input)) commands.push(record.input);
      record = lanes[lane].at(++at);
    }
  }
  return commands;
};
