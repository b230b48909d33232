import type { SlotMove, SlotOpened } from '@orderloom/engine';
import type { NewRecord, ReadRecord } from '../client/client-port.ts';

/**
 * Moves of slots among the events: CloudEvents without data, so that a client that knows nothing of them meets a type that it
 * does not ask for. What our own readers need is in one header, as JSON.
 */
const MOVE = 'orderloom-slot';
const TYPES = { closed: 'orderloom.slot.closed.v1', opened: 'orderloom.slot.opened.v1' } as const;

type Headers = ReadRecord['headers'];

/** As it stands in the log. */
export const moveRecord = (move: SlotMove): NewRecord => ({
  key: String(move.slot),
  value: null,
  headers: {
    ce_specversion: '1.0',
    ce_id: `slot/${String(move.slot)}/${move.kind}/${String(sequenceOf(move))}`,
    ce_source: '/orderloom',
    ce_type: TYPES[move.kind],
    ce_subject: `slot/${String(move.slot)}`,
    slot: String(move.slot),
    sequence: String(sequenceOf(move)),
    [MOVE]: JSON.stringify(move),
  },
});

const sequenceOf = (move: SlotMove): number =>
  move.kind === 'closed' ? move.lastSequence : move.afterSequence;

/** As it is announced to whoever gets the slot, on the internal lane. */
export const announcement = (opened: SlotOpened): NewRecord => ({
  key: String(opened.slot),
  value: null,
  headers: { [MOVE]: JSON.stringify(opened) },
});

/** `undefined` for every other record. */
export const readMove = (headers: Headers): SlotMove | undefined => {
  const said = headers?.[MOVE];
  return Buffer.isBuffer(said) ? (JSON.parse(said.toString()) as SlotMove) : undefined;
};

/** Whether a record of the events topic is an event. */
export const isEvent = ({ headers }: Pick<ReadRecord, 'headers'>): boolean => headers?.[MOVE] === undefined;
