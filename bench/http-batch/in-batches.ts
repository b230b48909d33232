import type { HttpClient } from '../embedded-lifecycle/http-client.ts';
import { answerOf } from '../embedded-lifecycle/orderloom-http.ts';
import type { Answer, Send } from '../load/subject.ts';
import { COMMANDS, type Step } from '../load/workload.ts';

type Waiting = {
  readonly step: Step;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

type ItemResult = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/**
 * Sends what callers want sent within one turn of the event loop as batches of at most `size` commands, each batch as
 * soon as it is full.
 */
export const inBatches =
  (size: number) =>
  (client: HttpClient): Send => {
    const orderIds: string[] = [];
    let waiting: Waiting[] = [];
    let sent = 0;

    const itemOf = ({ order, act, commandId, content }: Step): object => ({
      ...(act !== 'place' && { stream: { type: 'order', key: orderIds[order] ?? '' } }),
      ...{ type: COMMANDS[act], data: content, idempotencyKey: commandId },
    });
    const tell = ({ step, resolve, reject }: Waiting, result: ItemResult | undefined): void => {
      const { order, act, commandId } = step;
      try {
        const answer = answerOf(commandId, result ?? { status: 0, body: {} });
        if (act === 'place') orderIds[order] = String(result?.body['orderId']);
        resolve(answer);
      } catch (error) {
        reject(error);
      }
    };
    const send = async (): Promise<void> => {
      const batch = waiting;
      waiting = [];
      if (batch.length === 0) return;
      try {
        const commands = batch.map(({ step }) => itemOf(step));
        const { body } = await client.post('/v1/commands:batch', `batch-${++sent}`, { commands });
        const results = body['results'] as readonly ItemResult[];
        batch.forEach((one, index) => tell(one, results[index]));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    };
    return (step) =>
      new Promise((resolve, reject) => {
        waiting.push({ step, resolve, reject });
        if (waiting.length === size) void send();
        else if (waiting.length === 1) setImmediate(() => void send());
      });
  };
