import type { Client } from '@elastic/elasticsearch';
import { chunkOperation, documentOperation, type Operation } from '@orderloom/elasticsearch';
import type { KeptBatch } from './order-log.ts';

/** Concrete names, for whoever writes by himself. */
export type Indices = { readonly views: string; readonly streams: string };

/** The indices that were made under a prefix. */
export const namesOf = async (client: Client, prefix: string): Promise<Indices> => {
  const names = Object.keys(await client.indices.get({ index: `${prefix}-*` }));
  const named = (kind: string): string => names.find((name) => name.includes(kind)) ?? '';
  return { views: named('-views-'), streams: named('-streams-') };
};

const linesOfOne = ({ to, id, source }: Operation): [string, string] => [
  JSON.stringify({ index: { _index: to, _id: id } }),
  source,
];

/** The documents of a batch, as the projector's store says them, in plain index operations. */
export const linesOf = ({ views, streams }: Indices, { writes, chunks }: KeptBatch): string[] => [
  ...writes.flatMap((write) => linesOfOne(documentOperation(views, write))),
  ...chunks.flatMap((chunk) => linesOfOne(chunkOperation(streams, chunk))),
];
