import { spanMaker } from '@orderloom/tracing';
import type { EventHandler } from './attempts.ts';

/** Makes a span of each call, in the trace that the event's command came with; the handler itself without an SDK. */
export const tracedHandler = (group: string, handler: EventHandler): EventHandler => {
  const spanOf = spanMaker('consumer');
  if (spanOf === undefined) return handler;
  return async (event, context) => {
    const span = spanOf(`handle ${event.type}`, {
      traceparent: event.traceparent,
      attributes: { 'messaging.consumer.group.name': group, 'orderloom.attempt': context.attempt },
    });
    try {
      await span.within(async () => handler(event, context));
      span.end();
    } catch (error) {
      span.end({ error });
      throw error;
    }
  };
};
