import { createHash, hash } from 'node:crypto';
import type { Seen } from './check.ts';

/**
 * The content of a log as one number. Per stream: (version, type, recordedAt, payload), each hashed onto the one
 * before; then over the streams by id. No positions, no traces: two logs with the same business content have the same.
 * When a tenant was set up in real time is not content: of its own stream only simulated instants count.
 */
export const digester = (): { readonly add: (seen: Seen) => void; readonly digest: () => string } => {
  const streams = new Map<string, string>();
  return {
    add: ({ event, id, payload, tenant }) => {
      const timeless = event.stream.type === 'tenant' && tenant.clock.mode === 'live';
      const entry = [event.version, event.type, timeless ? null : event.recordedAt, hash('sha256', payload)];
      streams.set(id, hash('sha256', JSON.stringify([streams.get(id) ?? '', ...entry])));
    },
    digest: () => {
      const whole = createHash('sha256');
      for (const id of [...streams.keys()].sort()) whole.update(JSON.stringify([id, streams.get(id)]));
      return whole.digest('hex');
    },
  };
};
