import { Registry, collectDefaultMetrics } from 'prom-client';

/** A registry with the figures of the process itself (memory, event loop, garbage collection). */
export const metricsRegistry = (): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
};
