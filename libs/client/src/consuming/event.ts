import type { Event, RecordedEvent, StreamRef } from '@orderloom/decider';
import type { OrderEvent } from '@orderloom/domain';
import { jsonEvent } from '@orderloom/wire';

type Json<T> = T extends Uint8Array
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: Json<T[K]> }
      : T;

/** An order's event as a consumer gets it: plain JSON, bytes in base64, personal data sealed. */
export type ConsumedEvent<E extends Event = OrderEvent> = E extends Event
  ? {
      /** Unique for ever, and the same each time that the event is handed out: a key for whatever it causes. */
      readonly id: string;
      readonly type: E['type'];
      readonly data: Json<E['data']>;
      readonly cloudEventsType: string | null;
      readonly stream: StreamRef;
      /** 1, 2, 3 … without gap within the stream. */
      readonly version: number;
      readonly recordedAt: string;
      readonly occurredAt: string | null;
      readonly slot: number;
      readonly sequence: number;
      readonly commandId: string;
      readonly correlation: string;
      readonly causation: string | null;
      readonly traceparent: string | null;
      readonly actor: string | null;
      readonly channel: string | null;
      readonly businessLine: string | null;
    }
  : never;

export const consumedEvent = (event: RecordedEvent): ConsumedEvent =>
  jsonEvent(event) as unknown as ConsumedEvent;
