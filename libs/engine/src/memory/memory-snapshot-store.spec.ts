import { snapshotStoreContract } from '@orderloom/testing';
import { memorySnapshotStore } from './memory-snapshot-store.ts';

snapshotStoreContract({ name: 'the memory snapshot store', create: memorySnapshotStore });
