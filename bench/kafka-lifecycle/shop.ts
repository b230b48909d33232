import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngine, type DistributedOptions, type openProcessors } from '@orderloom/distributed';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { ensureTenant } from '@orderloom/embedded';
import {
  commandRequest,
  memoryKeyStore,
  memorySchemaIds,
  slotOfCommand,
  type CommandRequest,
} from '@orderloom/engine';
import { applyTopics, commandWriter, kafkaJs, partitionTable, topicNames } from '@orderloom/kafka';
import { edgeCommand, publicSchemas, wireCommands } from '@orderloom/wire';
import { PREPARATIONS, TENANT } from '../embedded-lifecycle/prepared-tenant.ts';
import { stepOf } from '../load/workload.ts';

export const PARTITIONS = 12;
const WAIT_MS = 60_000;
/** Records of one request of whoever fills the topic before the run. */
const FILLED_AT_ONCE = 1000;
const LOOK_EVERY_MS = 20;
/** Nothing has been decided for so long: there is nothing left. */
const QUIET_MS = 1500;

export type Processors = Awaited<ReturnType<typeof openProcessors>>;

/** Topics of a new name, and how processes of one bench see them. */
export const freshShop = async (
  brokers: readonly string[],
  client: 'kafkajs' | 'librdkafka' = 'kafkajs',
): Promise<DistributedOptions & { prefix: string }> => {
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  const cluster = { brokers, clientId: 'bench', client };
  await applyTopics(kafkaJs(cluster), { partitions: PARTITIONS, prefix, durability: 'dev' });
  return { cluster, prefix, partitions: PARTITIONS, schemaIds: memorySchemaIds(publicSchemas()) };
};

export const prepared = (
  stream: CommandRequest['stream'],
  type: string,
  commandId: string,
  body: object,
): CommandRequest => {
  const edge = edgeCommand(stream.type, type, body, { keyStore, tenant: TENANT, commandId });
  if (edge.outcome === 'invalid') throw new Error(`${type}: ${JSON.stringify(edge.violations)}`);
  return commandRequest({ stream, type, commandId, data: edge.data, actor: 'svc-checkout', channel: 'web' });
};
const keyStore = memoryKeyStore();

/** Makes the tenant and fills its stock, through processors that run. */
export const stockUp = async (shop: DistributedOptions): Promise<void> => {
  const { engine } = await openEngine({ ...shop, waitMs: WAIT_MS });
  await ensureTenant(engine, TENANT);
  const answers = await Promise.all(
    PREPARATIONS.map(({ type, key, command, body }) =>
      engine.send(prepared({ tenant: TENANT, type, key }, command, `prepare/${type}/${key}`, body)),
    ),
  );
  const refused = answers.find(({ outcome }) => outcome !== 'accepted');
  if (refused !== undefined) throw new Error(`${refused.commandId} was answered ${refused.outcome}`);
  await engine.stop();
};

/** Puts placements into the commands topic, each where its slot lives, for nobody in particular. */
export const fillWithOrders = async (
  shop: DistributedOptions,
  first: number,
  orders: number,
): Promise<void> => {
  const registry = domainRegistry({ stepper: tableStepper });
  const table = partitionTable(PARTITIONS);
  const write = commandWriter(wireCommands(), shop.schemaIds);
  const producer = kafkaJs(shop.cluster).producer();
  await producer.connect();
  for (let at = first; at < first + orders; at += FILLED_AT_ONCE) {
    const count = Math.min(FILLED_AT_ONCE, first + orders - at);
    const messages = Array.from({ length: count }, (_, index) => {
      const { commandId, content } = stepOf(at + index, 'place');
      const request = prepared({ tenant: TENANT, type: 'order', key: '' }, 'PlaceOrder', commandId, content);
      const slot = slotOfCommand(registry, request) ?? 0;
      return { ...write(request), key: String(slot), partition: table.partitionOf(slot) };
    });
    await producer.send({ topic: topicNames(shop.prefix).commands, acks: -1, messages });
  }
  await producer.disconnect();
};

export type Decided = {
  readonly decided: number;
  readonly accepted: number;
  readonly events: number;
  readonly forwarded: number;
};

const decidedBy = ({ owners }: Processors): Decided => {
  const sum = (of: (owner: Processors['owners'][0]) => number): number =>
    owners.reduce((total, owner) => total + of(owner), 0);
  return {
    decided: sum(({ outcomes }) => [...outcomes.values()].reduce((all, count) => all + count, 0)),
    accepted: sum(({ outcomes }) => outcomes.get('accepted') ?? 0),
    events: sum(({ events }) => events),
    forwarded: sum(({ forwarded }) => forwarded),
  };
};

/** Waits until processors have decided everything; gives what they did and how long it took, from first to last, ms. */
export const untilQuiet = async (processors: Processors): Promise<Decided & { readonly ms: number }> => {
  const before = decidedBy(processors);
  let [began, last] = [0, 0];
  let seen = before;
  for (;;) {
    await sleep(LOOK_EVERY_MS);
    const now = performance.now();
    const sum = decidedBy(processors);
    if (sum.decided !== seen.decided) {
      if (began === 0) began = now - LOOK_EVERY_MS;
      [seen, last] = [sum, now];
    } else if (began > 0 && now - last > QUIET_MS) break;
  }
  return {
    decided: seen.decided - before.decided,
    accepted: seen.accepted - before.accepted,
    events: seen.events - before.events,
    forwarded: seen.forwarded - before.forwarded,
    ms: last - began,
  };
};
