import type { CascadeProgress, CommandResult, Reply } from '@orderloom/engine';
import type { NewRecord, ReadRecord } from '../client/client-port.ts';

/** Who waits for an answer: the partition of the replies topic that it reads, and its name there, `partition/name`. */
export type ReplyAddress = { readonly partition: number; readonly name: string };

const ADDRESS = /^(\d{1,5})\/([\w-]{1,64})$/;

export const replyAddress = ({ partition, name }: ReplyAddress): string => `${String(partition)}/${name}`;

/** `undefined` where the text is no address among so many partitions: whoever wrote it gets no answer. */
export const readReplyAddress = (text: string, partitions: number): ReplyAddress | undefined => {
  const [, partition, name] = ADDRESS.exec(text) ?? [];
  return name === undefined || Number(partition) >= partitions
    ? undefined
    : { partition: Number(partition), name };
};

/** What the asker of a command is told: its answer, or that one more command of its cascade is done. */
export type Told =
  | { readonly kind: 'answer'; readonly result: CommandResult; readonly open: number }
  | ({ readonly kind: 'progress' } & Omit<CascadeProgress, 'replyTo'>);

/** JSON in the asker's own partition. `replyTo` was accepted by `readReplyAddress` when it was read. */
const recordTo = (replyTo: string, value: object): NewRecord => {
  const [, partition, name] = ADDRESS.exec(replyTo) ?? [];
  return {
    key: name ?? '',
    partition: Number(partition ?? 0),
    value: JSON.stringify(value),
    headers: { 'reply-to': replyTo },
  };
};

/** The result itself: whoever is not interested in cascades need not know of them. */
export const replyRecord = ({ replyTo, result, open }: Reply): NewRecord =>
  recordTo(replyTo, open === 0 ? result : { ...result, open });

export const progressRecord = ({ replyTo, ...progress }: CascadeProgress): NewRecord =>
  recordTo(replyTo, { progress });

type Written = { readonly progress?: Omit<CascadeProgress, 'replyTo'>; readonly open?: number };

const toldBy = (written: Written): Told => {
  const { progress, open = 0, ...result } = written;
  return progress === undefined
    ? { kind: 'answer', result: result as CommandResult, open }
    : { kind: 'progress', ...progress };
};

/** The name to which a record goes, and what it says. `undefined`: the record is none. */
export const readReply = ({
  key,
  value,
}: Pick<ReadRecord, 'key' | 'value'>): { readonly name: string; readonly told: Told } | undefined => {
  if (key === null || value === null) return undefined;
  try {
    return { name: key.toString(), told: toldBy(JSON.parse(value.toString()) as Written) };
  } catch {
    return undefined;
  }
};
