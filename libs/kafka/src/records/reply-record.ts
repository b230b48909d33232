import type { CommandResult } from '@orderloom/engine';
import type { KafkaMessage, Message } from 'kafkajs';

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

/** An answer as JSON, in the asker's own partition. `replyTo` was accepted by `readReplyAddress` when it was read. */
export const replyRecord = (replyTo: string, result: CommandResult): Message => {
  const [, partition, name] = ADDRESS.exec(replyTo) ?? [];
  return {
    key: name ?? '',
    partition: Number(partition ?? 0),
    value: JSON.stringify(result),
    headers: { 'reply-to': replyTo },
  };
};

/** The name to which an answer goes, and the answer. `undefined`: the record is none. */
export const readReply = ({
  key,
  value,
}: Pick<KafkaMessage, 'key' | 'value'>):
  { readonly name: string; readonly result: CommandResult } | undefined => {
  if (key === null || value === null) return undefined;
  try {
    return { name: key.toString(), result: JSON.parse(value.toString()) as CommandResult };
  } catch {
    return undefined;
  }
};
