import type { InputRecord } from '../ports/partition-port.ts';
import type { SlotOpened } from '../ports/slot-moves.ts';

/** A record that somebody has sent; what its bytes have become is a command or a dead letter. */
export type CommandRecord = InputRecord & { readonly input: Exclude<InputRecord['input'], SlotOpened> };

export const isCommand = (record: InputRecord): record is CommandRecord => !('kind' in record.input);
