import { describe, expect, it } from '@jest/globals';
import { aGroup, eventLogContract } from '@orderloom/testing';
import { logUnavailable } from '../errors.ts';
import { memoryDisk, memoryEventLog } from './memory-event-log.ts';

eventLogContract({
  name: 'the memory log',
  create: () => {
    const disk = memoryDisk();
    return { open: () => memoryEventLog({ disk }), dispose: () => undefined };
  },
});

describe('the memory log', () => {
  it('numbers schemas once per disk', () => {
    const disk = memoryDisk();
    const placed = { name: 'OrderPlaced', fingerprint: 'aa', json: '{}' };
    const paid = { name: 'PaymentConfirmed', fingerprint: 'bb', json: '{}' };
    memoryEventLog({ disk, schemas: [placed] });
    const log = memoryEventLog({ disk, schemas: [paid, placed] });
    expect(log.schemas).toEqual([
      { ...placed, id: 1 },
      { ...paid, id: 2 },
    ]);
  });

  it('keeps nothing of a group that is refused before it is appended', () => {
    let full = true;
    const log = memoryEventLog({
      beforeAppend: () => {
        if (full) throw logUnavailable('the disk is full');
      },
    });
    expect(() => log.append(aGroup(1, 1))).toThrow('the disk is full');
    full = false;
    void log.append(aGroup(1, 1));
    expect(log.head()).toBe(1);
  });
});
