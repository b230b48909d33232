import type { Client } from '@elastic/elasticsearch';
import type { KeptBatch } from './order-log.ts';

/** Concrete names, for whoever writes by himself. */
export type Indices = { readonly views: string; readonly streams: string };

/** The indices that were made under a prefix. */
export const namesOf = async (client: Client, prefix: string): Promise<Indices> => {
  const names = Object.keys(await client.indices.get({ index: `${prefix}-*` }));
  const named = (kind: string): string => names.find((name) => name.includes(kind)) ?? '';
  return { views: named('-views-'), streams: named('-streams-') };
};

/** A batch as plain bulk requests say it. */
export const linesOf = ({ views, streams }: Indices, { writes, chunks }: KeptBatch): string[] => [
  ...writes.flatMap((write) => [
    JSON.stringify({ index: { _index: views, _id: `${write.view}/${write.id}` } }),
    JSON.stringify({ ...write, live: true }),
  ]),
  ...chunks.flatMap(({ streamId, firstVersion, count, frames }) => [
    JSON.stringify({ index: { _index: streams, _id: `${streamId}@${firstVersion}` } }),
    JSON.stringify({
      ...{ streamId, firstVersion, lastVersion: firstVersion + count - 1 },
      frames: Buffer.from(frames).toString('base64'),
    }),
  ]),
];
