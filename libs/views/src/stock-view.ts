import { stockStreamType, type StockState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type StockDocument = StreamDocument<StockState>;

/** Lists: `all:`, `status:available`, `status:sold-out`; `backordered:` where somebody waits for pieces. */
export const stockView = streamView(stockStreamType, {
  version: 2,
  lists: ({ state }) => (state.backorders === undefined ? [] : ['backordered:']),
});

/** The stock of a sku at a location as readers get it. */
export const presentStock = ({ id, version, document }: Stored<StockDocument>) => {
  const { known: _known, backorders = [], expectedAt, ...pieces } = document.state;
  const at = id.lastIndexOf('@');
  return {
    key: id,
    sku: at < 0 ? id : id.slice(0, at),
    location: at < 0 ? null : id.slice(at + 1),
    status: document.status,
    ...pieces,
    backorders: backorders.map(({ due, ...line }) => ({ ...line, due: due === null ? null : instant(due) })),
    expectedAt: expectedAt === undefined ? null : instant(expectedAt),
    createdAt: instant(document.createdAt),
    updatedAt: instant(document.updatedAt),
    version,
  };
};
