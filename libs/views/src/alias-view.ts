import { aliasStreamType, type AliasState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type AliasDocument = StreamDocument<AliasState>;

/** Lists: `all:`. */
export const aliasView = streamView(aliasStreamType);

/** A foreign name as readers get it. */
export const presentAlias = ({ id, version, document }: Stored<AliasDocument>) => ({
  externalId: id,
  orderId: document.state.orderId,
  registeredAt: instant(document.createdAt),
  version,
});
