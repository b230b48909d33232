import { stockStreamType, type StockState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type StockDocument = StreamDocument<StockState>;

/** Lists: `all:`, `status:available`, `status:sold-out`. */
export const stockView = streamView(stockStreamType);

/** The stock of a sku at a location as readers get it. */
export const presentStock = ({ id, version, document }: Stored<StockDocument>) => {
  const { known: _known, ...pieces } = document.state;
  const at = id.lastIndexOf('@');
  return {
    key: id,
    sku: at < 0 ? id : id.slice(0, at),
    location: at < 0 ? null : id.slice(at + 1),
    status: document.status,
    ...pieces,
    createdAt: instant(document.createdAt),
    updatedAt: instant(document.updatedAt),
    version,
  };
};
