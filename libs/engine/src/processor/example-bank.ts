// A bank for the specs of the processor: every group that it commits is in its log.
import type { Registry, StreamRef } from '@orderloom/decider';
import { commandRequest, type CommandRequest } from '../command.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { memoryEventLog } from '../memory/memory-event-log.ts';
import type { PartitionOptions } from './partition.ts';
import { Processor } from './processor.ts';

/** The bank opens. */
export const START = Date.UTC(2026, 0, 1);

let nextId = 0;
const command = (stream: StreamRef, type: string, data: object): CommandRequest =>
  commandRequest({ stream, type, data, commandId: `c${String(++nextId)}` });

export const opening = (owner: string, closeAfter: number | null = null): CommandRequest =>
  command({ tenant: 'main', type: 'account', key: '' }, 'OpenAccount', { owner, closeAfter });
export const deposit = (stream: StreamRef): CommandRequest =>
  command(stream, 'Deposit', { amount: 1, from: null });

/** A bank that is open; `fresh`: another processor, which knows nothing yet; `say`: one group, committed. */
export const aBank = (registry: Registry, limits: Pick<PartitionOptions, 'statesAsObjects'> = {}) => {
  const log = memoryEventLog();
  const fresh = () => new Processor({ registry, codec: jsonCodec(), ...limits });
  const processor = fresh();
  const say = (...requests: CommandRequest[]) => {
    processor.begin(START);
    const results = requests.map((request) => processor.decide(request));
    const group = processor.group();
    if (group !== undefined) void log.append(group);
    processor.commit();
    return results.map((result) => result?.stream ?? { tenant: '', type: '', key: '' });
  };
  say(command({ tenant: 'main', type: 'world', key: 'main' }, 'CreateWorld', {}));
  return { log, processor, fresh, say };
};
