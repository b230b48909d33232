import type { FastifyInstance } from 'fastify';
import type { Edge } from './edge.ts';

const COMMANDS = '/v1/';

/**
 * What a server must do for the edge's routes that is somebody else's: deadlines wait for commands that have begun to
 * arrive. To be called before it is ready.
 */
export const holdDeadlines = (server: FastifyInstance, { arrivals }: Edge): void => {
  server.decorateRequest('arrived', null);
  server.server.on('connection', arrivals.connected);
  server.addHook('onRequest', (request, _, done) => {
    if (request.method === 'POST' && request.url.startsWith(COMMANDS))
      request.arrived = arrivals.begin(request.raw.socket);
    done();
  });
  server.addHook('onResponse', (request, _, done) => {
    request.arrived?.();
    done();
  });
};
