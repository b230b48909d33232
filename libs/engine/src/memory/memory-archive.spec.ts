import { archiveStoreContract } from '@orderloom/testing';
import { jsonCodec } from './json-codec.ts';
import { memoryArchive, type MemoryArchive } from './memory-archive.ts';

archiveStoreContract({
  name: 'the memory archive',
  create: () => {
    const kept: MemoryArchive = { groups: [], archived: [], schemas: [] };
    return { open: () => memoryArchive(jsonCodec(), kept) };
  },
});
