import { viewStoreContract } from '@orderloom/testing';
import { memoryViewStore } from './memory-view-store.ts';

viewStoreContract({
  name: 'the memory view store',
  create: () => ({ ...memoryViewStore(), dispose: () => undefined }),
});
