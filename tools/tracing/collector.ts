import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly boolValue?: boolean;
};
type Attributes = readonly { readonly key: string; readonly value: Value }[];
type Sent = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Attributes;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number };
};
/** What of the JSON form of OTLP/HTTP is looked at here. */
type Export = {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly { readonly spans: readonly Sent[] }[];
  }[];
};

/** A span as a collector has got it. */
export type CollectedSpan = {
  readonly service: string;
  readonly name: string;
  readonly kind: 'server' | 'producer' | 'consumer' | 'other';
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | null;
  readonly links: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
};

/** An OpenTelemetry collector that keeps what it gets. */
export type Collector = {
  readonly url: string;
  readonly spans: () => readonly CollectedSpan[];
  /** Everything that was sent, as it came. */
  readonly bytes: () => string;
  readonly close: () => Promise<void>;
};

const KINDS: Readonly<Record<number, CollectedSpan['kind']>> = { 2: 'server', 4: 'producer', 5: 'consumer' };
const ERROR = 2;

const valuesOf = (attributes: Attributes): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? (value.intValue === undefined ? value.boolValue : Number(value.intValue)),
    ]),
  );

const spansIn = ({ resourceSpans }: Export): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, kind, attributes, links = [], status }) => ({
        service: String(valuesOf(resource.attributes)['service.name']),
        ...{ name, traceId, spanId, parent: parentSpanId ?? null },
        kind: KINDS[kind] ?? 'other',
        links: links.map((link) => link.spanId),
        attributes: valuesOf(attributes),
        failed: status.code === ERROR,
      })),
    ),
  );

/** Starts a collector on a free port; other addresses than that of spans are refused. */
export const startCollector = async (): Promise<Collector> => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    spans: () => bodies.flatMap((body) => spansIn(JSON.parse(body) as Export)),
    bytes: () => bodies.join('\n'),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
