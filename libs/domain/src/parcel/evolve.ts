import type { ParcelEvent } from '../messages/generated/parcel.ts';
import type { ParcelState } from './state.ts';

export const evolveParcel = (state: ParcelState, event: ParcelEvent): ParcelState => {
  switch (event.type) {
    case 'ParcelCreated':
      return {
        ...state,
        status: 'created',
        contents: event.data.contents,
        weightGrams: event.data.weightGrams,
      };
    case 'ParcelDispatched':
      return {
        ...state,
        status: 'dispatched',
        carrier: event.data.carrier,
        trackingNumber: event.data.trackingNumber,
      };
    case 'ParcelAttemptFailed':
      return { ...state, failedAttempts: event.data.attempt };
    case 'ParcelDelivered':
      return { ...state, status: 'delivered' };
    case 'ParcelContentRefused':
      return { ...state, refused: [...state.refused, event.data] };
  }
};
