import {
  accept,
  refuseContent,
  refuseMissing,
  refuseState,
  type DecideContext,
  type Decision,
} from '@orderloom/decider';
import type { CreateParcelData, ParcelCommand, ParcelEvent } from '../messages/generated/parcel.ts';
import type { ParcelState, ParcelStatus } from './state.ts';

/** In which statuses each command from outside is legal: the whole life of a parcel. */
export const parcelLife: Readonly<Record<string, readonly ParcelStatus[]>> = {
  CreateParcel: ['none'],
  DispatchParcel: ['created'],
  RecordFailedAttempt: ['dispatched'],
  ConfirmParcelDelivery: ['dispatched'],
};

const create = (data: CreateParcelData): Decision<ParcelEvent> => {
  const seen = new Set<string>();
  for (const [index, { orderId, lineId }] of data.contents.entries()) {
    const place = `${orderId}\0${lineId}`;
    if (seen.has(place))
      return refuseContent(
        'repeated-content',
        `line ${lineId} of order ${orderId} is listed twice; give one quantity`,
        `/contents/${index}`,
      );
    seen.add(place);
  }
  return accept({ type: 'ParcelCreated', data });
};

/** What may be done with a parcel. */
export const decideParcel = (
  state: ParcelState,
  command: ParcelCommand,
  context: Pick<DecideContext, 'stream'>,
): Decision<ParcelEvent> => {
  const key = context.stream.key;
  if (state.status === 'none' && command.type !== 'CreateParcel')
    return refuseMissing('unknown-parcel', `there is no parcel ${key}`);
  if (parcelLife[command.type]?.includes(state.status) === false)
    return refuseState(
      command.type === 'CreateParcel' ? 'parcel-exists' : `parcel-${state.status}`,
      `parcel ${key} is ${state.status}; ${command.type} is not possible any more or not yet`,
    );
  switch (command.type) {
    case 'CreateParcel':
      return create(command.data);
    case 'DispatchParcel':
      return accept({ type: 'ParcelDispatched', data: command.data });
    case 'RecordFailedAttempt':
      return accept({
        type: 'ParcelAttemptFailed',
        data: { attempt: state.failedAttempts + 1, reason: command.data.reason },
      });
    case 'ConfirmParcelDelivery':
      return accept({ type: 'ParcelDelivered', data: {} });
    case 'RecordContentRefused':
      return accept({ type: 'ParcelContentRefused', data: command.data });
  }
};
