import { chainStreamType, type ChainState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type ChainDocument = StreamDocument<ChainState>;

/** Lists: `all:`, `status:empty`, `status:waiting`. */
export const chainView = streamView(chainStreamType);

/** A chain as readers get it: the calls that stand in it, the one that the others wait for first. */
export const presentChain = ({ id, version, document }: Stored<ChainDocument>) => {
  const { queue } = document.state;
  return {
    chain: id,
    status: document.status,
    effects: queue.map(({ effectId, call: { eventType, at } }) => ({
      effectId,
      eventType,
      recordedAt: instant(at),
    })),
    updatedAt: instant(document.updatedAt),
    version,
  };
};
