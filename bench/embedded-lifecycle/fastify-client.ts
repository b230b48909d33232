import { startPart } from '../harness/part.ts';
import type { Answer, Subject } from '../load/subject.ts';
import { httpClient } from './http-client.ts';

/** A Fastify server in a process of its own, seen from a client in this one. Without a database it does nothing. */
export const fastifyOrders = async (databaseUrl: string | null, connections: number): Promise<Subject> => {
  const server = startPart(['serve-fastify', ...(databaseUrl === null ? [] : [databaseUrl])]);
  const port = Number(await server.said);
  const client = httpClient(`http://127.0.0.1:${port}`, connections);
  return {
    send: async ({ order, act, commandId, content }) => {
      const { status, body } = await client.post(`/orders/${order}/${act}`, commandId, content);
      if (status !== 200) throw new Error(`${commandId} was answered ${status}`);
      return body['result'] as Answer;
    },
    close: async () => {
      await client.close();
      await server.stop();
    },
  };
};
