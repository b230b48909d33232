import { openEmbedded, ensureTenant, type Embedded, type EmbeddedOptions } from '@orderloom/embedded';
import { commandRequest, type CommandRequest, type CommandResult } from '@orderloom/engine';
import { edgeCommand } from '@orderloom/wire';
import type { Measurement } from '../harness/bench.ts';
import type { Answer, Subject } from '../load/subject.ts';
import { COMMANDS, type Step } from '../load/workload.ts';
import { PREPARATIONS, TENANT } from './prepared-tenant.ts';

/** Orderloom in this process, and what it counted while it was driven. */
export type DrivenOrderloom = {
  readonly subject: Subject;
  readonly engine: Embedded['engine'];
  /** Begins to count. */
  readonly begin: () => void;
  /** What was counted since, where `commands` took effect. */
  readonly figures: (commands: number) => Measurement;
};

type Said = Pick<CommandRequest, 'stream' | 'type' | 'commandId'>;

/** As a caller in process does it: validate, seal what is personal, send. */
const sendOf =
  ({ engine, keyStore }: Embedded) =>
  async (said: Said, body: object): Promise<CommandResult> => {
    const { stream, type, commandId } = said;
    const prepared = edgeCommand(stream.type, type, body, { keyStore, tenant: TENANT, commandId });
    if (prepared.outcome === 'invalid') throw new Error(`${type}: ${JSON.stringify(prepared.violations)}`);
    return engine.send(
      commandRequest({ ...said, data: prepared.data, actor: 'svc-checkout', channel: 'web' }),
    );
  };

const answerOf = ({ outcome, commandId, rejection }: CommandResult): Answer => {
  if (outcome === 'accepted' || outcome === 'duplicate') return outcome;
  throw new Error(`${commandId} was answered ${outcome}: ${rejection?.code ?? ''}`);
};

/** Time that this thread has used, us. */
const threadUs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

/** The engine with its files in `folder`, its tenant's stock filled. */
export const orderloom = async (
  folder: string,
  options: Partial<EmbeddedOptions> = {},
): Promise<DrivenOrderloom> => {
  const embedded = await openEmbedded({ ...options, folder });
  const { engine } = embedded;
  const send = sendOf(embedded);
  await ensureTenant(engine, TENANT);
  for (const { type, key, command, body } of PREPARATIONS) {
    const stream = { tenant: TENANT, type, key };
    answerOf(await send({ stream, type: command, commandId: `prepare/${type}/${key}` }, body));
  }

  const keys: string[] = [];
  const sendStep = async ({ order, act, commandId, content }: Step): Promise<Answer> => {
    const key = act === 'place' ? '' : (keys[order] ?? '');
    const stream = { tenant: TENANT, type: 'order', key };
    const result = await send({ stream, type: COMMANDS[act], commandId }, content);
    if (act === 'place') keys[order] = result.stream.key;
    return answerOf(result);
  };
  const counters = () => ({
    ...engine.figures(),
    mainUs: threadUs(),
    viewsUs: embedded.viewsBusyMs() * 1000,
  });
  let began = counters();

  return {
    subject: {
      send: sendStep,
      effects: () => engine.figures().commands.accepted,
      settled: () => engine.settled(),
      close: embedded.stop,
    },
    engine,
    begin: () => {
      began = counters();
    },
    figures: (commands) => {
      const now = counters();
      const events = now.events - began.events;
      return {
        events,
        'events per command': events / commands,
        'commands per group': commands / (now.groups - began.groups),
        'main thread': (now.mainUs - began.mainUs) / commands,
        deciding: ((now.decideMs - began.decideMs) * 1000) / commands,
        committing: ((now.commitMs - began.commitMs) * 1000) / commands,
        'views thread': (now.viewsUs - began.viewsUs) / commands,
      };
    },
  };
};
