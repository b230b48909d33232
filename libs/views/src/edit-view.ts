import { editStreamType, orderOfEdit, type EditState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type EditDocument = StreamDocument<EditState>;

/** Lists: `all:`, `status:open` … `status:expired`, `order:<id>`. */
export const editView = streamView(editStreamType, { lists: ({ key }) => [`order:${orderOfEdit(key)}`] });

type Change = EditState['changes'][number];

/** A command of the order that waits. */
export type PresentedChange = { readonly changeId: string; readonly type: string; readonly data: object };

/** A change as readers get it: of a receiver that waits, sealed, they get whose it is. */
export const presentChange = ({ changeId, type, data }: Change): PresentedChange => ({
  changeId,
  type,
  data: type === 'EditReceiver' ? { buyerId: (data as { readonly buyerId: string | null }).buyerId } : data,
});

/** An edit as readers get it: what is staged, in the order in which it is made. */
export const presentEdit = ({ id, version, document }: Stored<EditDocument>) => {
  const { orderVersion, due, changes } = document.state;
  return {
    editId: id,
    orderId: orderOfEdit(id),
    status: document.status,
    orderVersion,
    changes: changes.map(presentChange),
    expiresAt: due === null ? null : instant(due),
    createdAt: instant(document.createdAt),
    updatedAt: instant(document.updatedAt),
    version,
  };
};
