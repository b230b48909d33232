import type { StreamRef } from '@orderloom/decider';
import type { CommandResult } from '@orderloom/engine';
import { ask, write, type Answer } from './ask.ts';

/** A command as a load sends it. */
export type Sent = {
  readonly stream: StreamRef;
  readonly type: string;
  readonly data: object;
  readonly commandId: string;
  readonly expectedVersion: number | null;
};

/** Sends commands somewhere. Rejects where it cannot be known what became of one. */
export type Sender = {
  readonly send: (command: Sent) => Promise<CommandResult>;
  /** The newest version of a stream, 0 where there is none; left out where the way has no such read. */
  readonly versionOf?: (stream: StreamRef) => Promise<number>;
};

const COLLECTIONS: Readonly<Record<string, string>> = {
  ...{ order: 'orders', tenant: 'tenants', stock: 'stock', buyer: 'buyers', alias: 'aliases' },
};

/** The address of a stream. */
export const addressOf = ({ type, key }: StreamRef): string =>
  `/v1/${COLLECTIONS[type] ?? type}/${encodeURIComponent(key)}`;

const versionIn = ({ headers }: Answer): number => Number(String(headers['etag'] ?? '"0"').slice(1, -1));

const outcomeOf = ({ status, body }: Answer): CommandResult['outcome'] => {
  if (status < 300) return body['result'] as CommandResult['outcome'];
  if (status === 503) return 'unavailable';
  if (status >= 500) throw new Error(`answered ${String(status)}: ${String(body['code'])}`);
  // A 412 does not say the version that it found, so all that a history can keep of it is that it was refused.
  return 'refused';
};

const positionIn = ({ body }: Answer): CommandResult['position'] => {
  const { position } = body;
  const [slot, sequence] = typeof position === 'string' ? position.split(':') : [];
  return sequence === undefined ? null : { slot: Number(slot), sequence: Number(sequence) };
};

const resultOf = (command: Sent, answer: Answer): CommandResult => {
  const { body } = answer;
  const key = body['orderId'] ?? body['key'];
  const code = typeof body['code'] === 'string' ? body['code'] : undefined;
  return {
    commandId: command.commandId,
    stream: { ...command.stream, key: typeof key === 'string' ? key : command.stream.key },
    outcome: outcomeOf(answer),
    version: versionIn(answer),
    position: positionIn(answer),
    rejection:
      code === undefined ? null : { code, kind: 'state', reason: String(body['detail'] ?? body['title']) },
    explanation: null,
  };
};

/** Sends over HTTP, to wherever `url` says at that moment. */
export const httpSender = (url: () => string): Sender => ({
  send: async (command) => {
    const { stream, type, data, commandId, expectedVersion } = command;
    const answer =
      stream.key === ''
        ? await write(url(), '/v1/orders', commandId, data)
        : await write(url(), `${addressOf(stream)}/commands`, commandId, {
            ...{ type, data },
            ...(expectedVersion === null ? {} : { expectedVersion }),
          });
    return resultOf(command, answer);
  },
  versionOf: async (stream) => {
    const answer = await ask(url(), `${addressOf(stream)}/explain`);
    if (answer.status === 404) return 0;
    if (answer.status !== 200) throw new Error(`answered ${String(answer.status)}`);
    return versionIn(answer);
  },
});
