import { kafkaProcessors, type KafkaProcessors, type KafkaProcessorsOptions } from '@orderloom/kafka';
import { partsOf, type DistributedOptions } from './parts.ts';

export type ProcessorsOptions = DistributedOptions &
  Pick<KafkaProcessorsOptions, 'mechanisms' | 'sessionTimeoutMs' | 'snapshotOf' | 'standby' | 'onAlarm'>;

/** The partition processors of one process: joins the group, decides for the partitions that it is given. */
export const openProcessors = (options: ProcessorsOptions): Promise<KafkaProcessors> =>
  kafkaProcessors({
    ...partsOf(options),
    ...(options.mechanisms === undefined ? {} : { mechanisms: options.mechanisms }),
    ...(options.onAlarm === undefined ? {} : { onAlarm: options.onAlarm }),
    ...(options.standby === undefined ? {} : { standby: options.standby }),
    ...(options.snapshotOf === undefined ? {} : { snapshotOf: options.snapshotOf }),
    ...(options.sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs: options.sessionTimeoutMs }),
  });
