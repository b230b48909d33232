import { errors, type Client, type estypes } from '@elastic/elasticsearch';
import { STREAM_MAPPING, VIEW_MAPPING, VIEW_SORT, type IndexName, type IndexNames } from './indices.ts';

/** Makes the indices that are not there; another process may do so at the same moment. */
export const ensureIndices = async (client: Client, names: IndexNames, shards: number): Promise<void> => {
  await Promise.all([
    ensureIndex(client, names.views, { shards, mappings: VIEW_MAPPING, sort: VIEW_SORT }),
    ensureIndex(client, names.streams, { shards, mappings: STREAM_MAPPING }),
  ]);
};

type Made = {
  readonly shards: number;
  readonly mappings: estypes.MappingTypeMapping;
  readonly sort?: estypes.IndicesIndexSegmentSort;
};

const ensureIndex = async (
  client: Client,
  { index, alias }: IndexName,
  { shards, mappings, sort }: Made,
): Promise<void> => {
  await makeIndex(client, {
    index,
    mappings,
    aliases: { [alias]: {} },
    // Refreshed by the writer only, which then says how far the index is.
    settings: {
      number_of_shards: shards,
      auto_expand_replicas: '0-1',
      refresh_interval: '-1',
      ...(sort && { sort }),
    },
  });
};

/** Makes an index where it is not there; another process may do so at the same moment. */
export const makeIndex = async (client: Client, request: estypes.IndicesCreateRequest): Promise<void> => {
  if (await client.indices.exists({ index: request.index })) return;
  try {
    await client.indices.create(request);
  } catch (error) {
    const isThere =
      error instanceof errors.ResponseError &&
      JSON.stringify(error.body).includes('resource_already_exists_exception');
    if (!isThere) throw error;
  }
};

/** Changes when an index of the set is dropped and made again, whoever made it. */
export const identityOf = async (client: Client, { views, streams }: IndexNames): Promise<string> => {
  const names = [views.index, streams.index];
  const settings = await client.indices.getSettings({ index: names, name: 'index.uuid' });
  return names.map((name) => settings[name]?.settings?.index?.uuid ?? '').join('.');
};
