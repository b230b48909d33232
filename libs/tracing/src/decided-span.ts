import type { OnDecided } from '@orderloom/engine';
import { startBatchSpan } from './batch-span.ts';
import { registeredTracer } from './tracer.ts';

/** Makes a span of each transaction of decided commands, linked to each of them; `undefined` without an SDK. */
export const decidedSpans = (): OnDecided | undefined => {
  const tracer = registeredTracer();
  if (tracer === undefined) return undefined;
  return ({ partition, commands, events, began }) => {
    startBatchSpan(tracer, {
      name: 'decide',
      traceparents: commands.map(({ traceparent }) => traceparent),
      attributes: {
        'orderloom.commands': commands.length,
        'orderloom.events': events,
        ...(partition === undefined ? {} : { 'orderloom.partition': partition }),
      },
      startTime: began,
    })?.end();
  };
};
