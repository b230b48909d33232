import type { CascadeRoot, OutboundCommand } from '../ports/event-log.ts';
import type { Partition } from '../processor/partition.ts';
import type { CommandRecord } from './command-records.ts';

/** Version of the tenant's own stream as this partition knows it. */
const tenantVersionOf = ({ times }: Partition, tenant: string): number =>
  times.globalOf(tenant)?.version ?? 0;

/** Whether the record was sent by somebody who knows more of its tenant than this partition does. */
export const isAhead = (partition: Partition, { input, tenantVersion = 0 }: CommandRecord): boolean =>
  tenantVersion > tenantVersionOf(partition, input.stream.tenant);

/** Outbound commands leave with the version of their tenant that they were sent with; a forwarded one keeps its own. */
export const withTenantVersions = (partition: Partition): readonly OutboundCommand[] =>
  partition.outbound.map((sent) =>
    sent.tenantVersion === undefined
      ? { ...sent, tenantVersion: tenantVersionOf(partition, sent.request.stream.tenant) }
      : sent,
  );

/**
 * Who waits for the end of what a record causes. In simulated time that is whoever waits for its answer: time may not
 * go on before. What such a cascade causes in turn is awaited by the same.
 */
export const rootOf = (partition: Partition, record: CommandRecord): CascadeRoot | undefined => {
  const { input, replyTo, awaited } = record;
  if (awaited !== undefined) return awaited;
  const isSimulated = partition.times.clockOf(input.stream.tenant).mode === 'simulated';
  return isSimulated && replyTo !== null ? { replyTo, commandId: input.commandId } : undefined;
};

/** Marks the commands that have gone out since there were `before`; gives their number. */
export const awaitSent = ({ outbound }: Partition, before: number, root: CascadeRoot): number => {
  for (let index = before; index < outbound.length; index++) {
    const sent = outbound[index];
    if (sent !== undefined) outbound[index] = { ...sent, awaited: root };
  }
  return outbound.length - before;
};
