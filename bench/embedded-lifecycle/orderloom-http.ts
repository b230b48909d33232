import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownProgram } from '../harness/own-program.ts';
import type { Answer, Send, Subject } from '../load/subject.ts';
import { COMMANDS, type Step } from '../load/workload.ts';
import { httpClient, type HttpAnswer, type HttpClient } from './http-client.ts';
import { PREPARATIONS } from './prepared-tenant.ts';

const START_TIMEOUT_MS = 30_000;

type Server = { readonly url: string; readonly stop: () => Promise<void> };

/** Starts the command service on a free port. */
const startServer = async (folder: string, settings: Readonly<Record<string, string>>): Promise<Server> => {
  const { child, stop } = ownProgram('command-service', ['--data', folder, '--port', '0'], settings);
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const address = /http:\/\/\S+/.exec((said += text))?.[0];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with exit code ${String(code)}`)));
    setTimeout(() => reject(new Error('the server did not say where it listens')), START_TIMEOUT_MS).unref();
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, stop };
};

/** What an answer to a command says. Throws where it was refused. */
export const answerOf = (commandId: string, { status, body }: HttpAnswer): Answer => {
  const { result } = body;
  if (result === 'accepted' || result === 'duplicate') return result;
  throw new Error(`${commandId} was answered ${status} ${JSON.stringify(body)}`);
};

const COLLECTIONS: Readonly<Record<string, string>> = { tenant: 'tenants', stock: 'stock' };

const prepare = async (client: HttpClient): Promise<void> => {
  for (const { type, key, command, body } of PREPARATIONS) {
    const path = `/v1/${COLLECTIONS[type] ?? type}/${encodeURIComponent(key)}/commands`;
    const commandId = `prepare/${type}/${key}`;
    answerOf(commandId, await client.post(path, commandId, { type: command, data: body }));
  }
};

const oneByOne = (client: HttpClient): Send => {
  const keys: string[] = [];
  return async ({ order, act, commandId, content }: Step): Promise<Answer> => {
    if (act !== 'place') {
      const path = `/v1/orders/${keys[order] ?? ''}/commands`;
      return answerOf(commandId, await client.post(path, commandId, { type: COMMANDS[act], data: content }));
    }
    const answer = await client.post('/v1/orders', commandId, content);
    keys[order] = String(answer.body['orderId']);
    return answerOf(commandId, answer);
  };
};

/** One figure of the server's metrics. */
const figureOf = async (client: HttpClient, series: string): Promise<number> => {
  const lines = (await client.get('/metrics')).split('\n');
  return Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length));
};

const POLL_MS = 5;

type HttpOptions = {
  readonly settings?: Readonly<Record<string, string>>;
  /** How commands become requests; one each unless said. */
  readonly senderOf?: (client: HttpClient) => Send;
};

/** Orderloom behind HTTP in a process of its own, seen from a client in this one. */
export const orderloomHttp = async (
  folder: string,
  connections: number,
  { settings = {}, senderOf = oneByOne }: HttpOptions = {},
): Promise<Subject> => {
  const server = await startServer(join(folder, 'data'), settings);
  const client = httpClient(server.url, connections);
  await prepare(client);
  return {
    send: senderOf(client),
    effects: () => figureOf(client, 'orderloom_commands_total{outcome="accepted"}'),
    settled: async () => {
      while ((await figureOf(client, 'orderloom_view_lag_events')) > 0) await sleep(POLL_MS);
    },
    close: async () => {
      await client.close();
      await server.stop();
    },
  };
};
