import Fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Answer, Subject } from '../load/subject.ts';
import { ACTS } from '../load/workload.ts';
import { postgresOrders } from './postgres-orders.ts';

type Route = { readonly Params: { readonly order: string; readonly act: string } };

/** What every server answers. */
type CommandAnswer = { readonly result: Answer };

/** Nothing but Fastify: reads the body and answers. */
const acceptAll: Pick<Subject, 'send'> = { send: async () => 'accepted' };

/**
 * The smallest HTTP server over a store of orders: reads the command's JSON body and answers when it is durable. With
 * the URL of a database the store is PostgreSQL, without one there is none. Gives the port.
 */
export const serveFastify = async (databaseUrl: string | undefined): Promise<number> => {
  const orders = databaseUrl === undefined ? acceptAll : await postgresOrders(databaseUrl);
  const server = Fastify({ logger: false });
  server.post<Route>('/orders/:order/:act', async (request): Promise<CommandAnswer> => {
    const act = ACTS.find((known) => known === request.params.act);
    const { order } = request.params;
    const { body: content } = request;
    if (act === undefined || typeof content !== 'object' || content === null)
      throw new Error('no such command');
    const commandId = String(request.headers['idempotency-key']);
    return { result: await orders.send({ order: Number(order), act, commandId, content }) };
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  return (server.server.address() as AddressInfo).port;
};
