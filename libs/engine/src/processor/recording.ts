import { eventIdOf, type Event, type RecordedEvent } from '@orderloom/decider';
import { REACTION_PARKED } from '../alarm.ts';
import type { CommandRequest } from '../command.ts';
import { sentCommandId } from './hashes.ts';
import type { Partition } from './partition.ts';
import type { StreamEntry } from './stream-entry.ts';

/** A cascade of more steps is a loop that nobody declared: it is cut, parked and alarmed. */
const MAX_HOPS = 16;

/** What stands behind the events of one command. */
export type Cause = {
  readonly request: CommandRequest;
  readonly fingerprint: string;
  readonly now: number;
  readonly global: unknown;
};

/** The event's reaction could not run, or an earlier one of the stream waits: it is kept for an operator, in order. */
const park = (partition: Partition, event: RecordedEvent, handler: string, reason: string): void => {
  const { stream, version } = event;
  partition.alarms.push({ name: REACTION_PARKED, stream, version });
  partition.parkedAt.add(handler, event.stream);
  partition.parked.push({
    handler,
    stream: event.stream,
    version: event.version,
    reason,
    recordedAt: event.recordedAt,
  });
};

const react = (partition: Partition, entry: StreamEntry, event: RecordedEvent, global: unknown): void => {
  const reaction = entry.type.reactions.get(event.type);
  if (reaction === undefined) return;
  const handler = `${entry.ref.type}/${event.type}`;
  if (partition.parkedAt.has(handler, entry.ref)) {
    park(partition, event, handler, 'an earlier event of the stream is parked');
    return;
  }
  if (event.hops >= MAX_HOPS) {
    park(partition, event, handler, `more than ${String(MAX_HOPS)} process-manager steps`);
    return;
  }
  try {
    const { recordedAt, version } = event;
    const sent = reaction.react(entry.state, event.data, entry.ref, { recordedAt, version, global });
    if (sent.length === 0) return;
    const eventId = eventIdOf(event);
    sent.forEach((message, index) => {
      partition.cascade.add({
        stream: { tenant: entry.ref.tenant, type: message.to.type, key: message.to.key },
        type: message.command.type,
        data: message.command.data,
        commandId: sentCommandId(eventId, index),
        causation: eventId,
        correlation: event.correlation,
        root: event.root ?? event.commandId,
        hops: event.hops + 1,
        traceparent: event.traceparent,
        actor: 'engine',
        businessLine: event.businessLine,
        channel: event.channel,
        occurredAt: null,
        expectedVersion: null,
        origin: entry.ref,
      });
    });
  } catch (error) {
    park(partition, event, handler, error instanceof Error ? error.message : 'the handler threw');
  }
};

/**
 * Folds the event into the streams that follow its type: their state moves, their version does not.
 * The context is the event's own, so that a follower knows whose event it sees. `broken` is told of a follower that
 * cannot fold it; without one its error is thrown.
 */
export const foldIntoFollowers = (
  partition: Partition,
  event: RecordedEvent,
  global: unknown,
  broken?: (following: StreamEntry, error: unknown) => void,
): void => {
  for (const follower of partition.registry.followers.get(event.type) ?? []) {
    const key = follower.keyOf(event);
    if (key === undefined) continue;
    const ref = { tenant: event.stream.tenant, type: follower.type.definition.name, key };
    const following = partition.streams.open(ref, follower.type, event.slot);
    if (following.quarantine !== null) continue;
    partition.streams.remember(following);
    try {
      following.state = follower.type.definition.decider.evolve(
        following.state,
        { type: event.type, data: event.data },
        { stream: event.stream, recordedAt: event.recordedAt, version: event.version, global },
      );
    } catch (error) {
      if (broken === undefined) throw error;
      broken(following, error);
    }
  }
};

/**
 * Records one event in the open group: envelope, frame, fold, followers, deadline, reactions.
 * Throws what `evolve` throws; the caller takes the command back then.
 */
export const record = (
  partition: Partition,
  entry: StreamEntry,
  event: Event,
  cause: Cause,
): RecordedEvent => {
  const { request } = cause;
  const { times } = partition;
  const sequence = (partition.sequences[entry.slot] ?? 0) + 1;
  const recordedAt = times.notBefore(entry, cause.now);
  // Asked before the fold: the event that releases a simulated clock still stands at a simulated instant.
  const isLive = times.clockOf(entry.ref.tenant).mode === 'live';
  const recorded: RecordedEvent = {
    stream: entry.ref,
    version: entry.version + 1,
    type: event.type,
    data: event.data,
    slot: entry.slot,
    sequence,
    recordedAt,
    commandId: request.commandId,
    causation: request.causation,
    correlation: request.correlation,
    root: request.root,
    hops: request.hops,
    traceparent: request.traceparent,
    actor: request.actor,
    businessLine: request.businessLine,
    channel: request.channel,
    occurredAt: request.occurredAt,
    commandFingerprint: cause.fingerprint,
    prev: entry.prev,
  };
  const state: unknown = entry.type.definition.decider.evolve(entry.state, event, {
    stream: entry.ref,
    recordedAt,
    version: recorded.version,
    global: cause.global,
  });
  const identity = partition.writer.write(recorded);
  partition.streams.remember(entry);
  partition.sequences[entry.slot] = sequence;
  entry.version = recorded.version;
  entry.state = state;
  entry.prev = identity;
  entry.recordedAt = recordedAt;
  if (isLive) times.passed(entry.slot, recordedAt);
  if (entry.type.alarms.has(event.type))
    partition.alarms.push({ name: event.type, stream: entry.ref, version: entry.version });
  partition.deadlines.follow(entry);
  foldIntoFollowers(partition, recorded, cause.global);
  react(partition, entry, recorded, cause.global);
  return recorded;
};
