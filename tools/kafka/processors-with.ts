import { domainRegistry, tableStepper } from '@orderloom/domain';
import {
  kafkaProcessors,
  type kafkaClient,
  type KafkaProcessors,
  type KafkaProcessorsOptions,
} from '@orderloom/kafka';
import { wireCodec, wireCommands } from '@orderloom/wire';
import { exampleOptions, type ProgramOptions } from './options.ts';

/** The processors as `openProcessors` makes them, with a client of the test's own. */
export const processorsWith = (
  kafka: ReturnType<typeof kafkaClient>,
  options: ProgramOptions,
  onProblem: NonNullable<KafkaProcessorsOptions['onProblem']> = () => undefined,
): Promise<KafkaProcessors> => {
  const { mechanisms, partitions, prefix, standby = false } = options;
  return kafkaProcessors({
    ...{ kafka, partitions, prefix, standby, onProblem, schemaIds: exampleOptions(options).schemaIds },
    ...(mechanisms === undefined ? {} : { mechanisms }),
    registry: domainRegistry({ stepper: tableStepper }),
    codec: wireCodec(),
    commandCodec: wireCommands(),
  });
};
