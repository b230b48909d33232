import 'reflect-metadata';
import type { AddressInfo, Socket } from 'node:net';
import { spanMaker } from '@orderloom/tracing';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { edgeOf, type Edge } from './edge.ts';
import { hostNames, isLoopback, strangerProblem } from './host-rule.ts';
import { BODY_LIMIT, acceptJsonOnly } from './json-body.ts';
import { edgeMetrics } from './metrics.ts';
import { OrderloomHttp } from './module.ts';
import type { HttpOptions } from './options.ts';
import { type EdgeCode, problemBody, problemOf, sendProblem } from './problem.ts';
import { problemFrom } from './problem-filter.ts';
import { endRequestSpan, startRequestSpan, traceOf } from './trace.ts';
import { waitingMetrics } from './waiting-metrics.ts';

declare module 'fastify' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- declaration merging needs an interface
  interface FastifyRequest {
    /** Lets deadlines go on; set while a write is being read. */
    arrived: (() => void) | null;
    /** Whether the text of the body escapes characters by number; not said where another parser has read it. */
    escapes?: boolean;
  }
}

/** An HTTP server in front of one engine. */
export type HttpServer = {
  /** Throws for an address that is not loopback: there is no authentication. Port 0 takes any free one. */
  readonly listen: (port: number, host: string) => Promise<void>;
  /** Where it listens, without a slash at the end; '' before `listen`. */
  readonly url: () => string;
  /** Takes no more requests and resolves when those under way are answered. */
  readonly close: () => Promise<void>;
};

/** A whole request must arrive within this time, ms. */
const REQUEST_TIMEOUT_MS = 30_000;
const LONGEST_ADDRESS_PART = 1024;

const CLIENT_ERRORS: Readonly<Record<string, EdgeCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** Answers what never became a request: there is no reply object yet, only the socket. */
const answerClientError = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(
    CLIENT_ERRORS[error.code ?? ''] ?? 'malformed-request',
    'The request cannot be read',
  );
  const body = JSON.stringify(problemBody(problem, '', traceOf({})));
  const head = `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json; charset=utf-8`;
  socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
};

const fastifyAdapter = (): FastifyAdapter =>
  new FastifyAdapter({
    skipMiddie: true,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: LONGEST_ADDRESS_PART },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(request, reply, problemFrom(error));
    },
  });

/** What happens to every request before and after its controller. */
const addHooks = (server: FastifyInstance, edge: Edge, names: () => ReadonlySet<string>): void => {
  const observe = edgeMetrics(edge.engine, edge.metrics, {
    eventReaders: () => edge.readers.count,
    cacheReads: edge.cacheReads,
    verdicts: edge.verdicts,
    alarms: edge.alarms,
  });
  waitingMetrics(edge.engine, edge.metrics, { parked: edge.events?.parked, clock: edge.clock });
  const spanOf = spanMaker('server');
  server.decorateRequest('arrived', null);
  server.decorateRequest('span', null);
  server.addHook('onRequest', (request, reply, done) => {
    if (spanOf !== undefined) request.span = startRequestSpan(spanOf, request);
    const problem = edge.health.stopping
      ? problemOf('shutting-down', 'The server is stopping', { retryAfter: 1 })
      : strangerProblem(request.headers, names());
    if (problem) {
      sendProblem(request, reply, problem);
      return;
    }
    if (request.method === 'POST') request.arrived = edge.arrivals.begin(request.raw.socket);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    request.arrived?.();
    if (request.span) endRequestSpan(request.span, reply);
    observe(request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
};

/** Makes the server; nothing listens yet. */
export const createHttpServer = async (options: HttpOptions): Promise<HttpServer> => {
  const edge = edgeOf(options);
  const adapter = fastifyAdapter();
  const server = adapter.getInstance();
  let names: ReadonlySet<string> = new Set();
  let url = '';
  server.server.on('connection', edge.arrivals.connected);
  acceptJsonOnly(server);
  addHooks(server, edge, () => names);
  const settings = { bodyParser: false, logger: false, abortOnError: false } as const;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes plain objects here
  const app = await NestFactory.create<NestFastifyApplication>(OrderloomHttp.with(edge), adapter, settings);
  await app.init();

  return {
    listen: async (port, host) => {
      if (!isLoopback(host))
        throw new Error(
          `Orderloom does not listen on ${host}: it has no authentication yet, so it serves this machine only. ` +
            'Use 127.0.0.1 or ::1, and put a proxy that authenticates in front of it.',
        );
      await server.listen({ port, host: host === 'localhost' ? '127.0.0.1' : host });
      const bound = server.server.address() as AddressInfo;
      names = hostNames(bound.port);
      url = `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
    },
    url: () => url,
    close: async () => {
      edge.health.stopping = true;
      edge.readers.stop();
      await app.close();
      edge.arrivals.close();
    },
  };
};
