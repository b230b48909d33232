import { defineStreamType, slotOf, type Explanation } from '@orderloom/decider';
import type { ParcelCommand, ParcelEvent } from '../messages/generated/parcel.ts';
import { decideParcel, parcelLife } from './decide.ts';
import { evolveParcel } from './evolve.ts';
import { noParcel, type ParcelState } from './state.ts';
import { noteRefusal, tellDelivered, tellShipped } from './telling-orders.ts';

const statusOf = (state: ParcelState): Explanation['status'] => ({ status: state.status });

const explainParcel = (state: ParcelState): Explanation => {
  const allowedCommands = Object.keys(parcelLife).filter((type) => parcelLife[type]?.includes(state.status));
  return {
    status: statusOf(state),
    allowedCommands,
    mayRefuse: allowedCommands.filter((type) => type === 'CreateParcel'),
  };
};

/**
 * The stream of one parcel, which may hold pieces of many orders: key = parcel id. It tells each order by command;
 * an order that refuses is noted here and stops nobody else.
 */
export const parcelStreamType = defineStreamType<ParcelState, ParcelCommand, ParcelEvent, unknown>({
  name: 'parcel',
  foldId: 'parcel-1',
  decider: {
    initialState: noParcel,
    decide: decideParcel,
    evolve: evolveParcel,
    isTerminal: (state) => state.status === 'delivered',
  },
  slotOf,
  commands: {
    CreateParcel: { emits: ['ParcelCreated'] },
    DispatchParcel: { emits: ['ParcelDispatched'] },
    RecordFailedAttempt: { emits: ['ParcelAttemptFailed'] },
    ConfirmParcelDelivery: { emits: ['ParcelDelivered'] },
    RecordContentRefused: { emits: ['ParcelContentRefused'], internal: true },
  },
  statusOf,
  explain: explainParcel,
  reactions: { ParcelDispatched: tellShipped, ParcelDelivered: tellDelivered },
  onRefused: { ShipLines: noteRefusal('ShipLines'), ConfirmDelivery: noteRefusal('ConfirmDelivery') },
});
