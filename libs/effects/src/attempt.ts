import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from '@orderloom/decider';
import type { EffectCommand } from '@orderloom/domain';
import { commandRequest, type CommandRequest, type CommandResult } from '@orderloom/engine';
import type { CallOutcome, CallToMake } from './effect-handler.ts';

/** Sends a command to the engine and waits for what became of it. */
export type Send = (request: CommandRequest) => Promise<CommandResult>;

/** Between two askings of an engine that has no answer yet, ms. */
const ASK_AGAIN_MS = 200;

/** Says commands about one call; `key`: what is said under it again is the same command. */
export type Say = <C extends Command>(
  to: { readonly type: string; readonly key: string },
  command: C & { readonly key: string },
) => Promise<CommandResult>;

/**
 * Says each command for as long as nobody knows what became of it: the key makes it one command however often it is sent.
 * Throws when the signal aborts.
 */
export const saying =
  (send: Send, { tenant, effectId, traceparent }: CallToMake, signal: AbortSignal): Say =>
  async (to, { type, data, key }) => {
    const request = commandRequest({
      stream: { tenant, ...to },
      ...{ type, data, commandId: `${effectId}/${key}` },
      ...{ traceparent, actor: 'effect-worker' },
    });
    for (;;) {
      signal.throwIfAborted();
      const result = await send(request);
      if (result.outcome !== 'pending' && result.outcome !== 'unavailable') return result;
      await pause(ASK_AGAIN_MS, undefined, { signal });
    }
  };

const say = (
  send: Send,
  call: CallToMake,
  command: EffectCommand & { readonly key: string },
  signal: AbortSignal,
): Promise<CommandResult> => saying(send, call, signal)({ type: 'effect', key: call.effectId }, command);

/** `again`: somebody had begun it, and it may have happened. `over`: it is nobody's any more. */
export type Beginning = 'first' | 'again' | 'over';

/** What is recorded before a call is made: from here on it may have happened. */
export const beginAttempt = async (send: Send, call: CallToMake, signal: AbortSignal): Promise<Beginning> => {
  const { attempt } = call;
  const data = { attempt };
  const key = `${attempt}/start`;
  const started = await say(send, call, { type: 'StartAttempt', data, key }, signal);
  if (started.outcome === 'accepted') return 'first';
  if (started.outcome !== 'duplicate') return 'over';
  const again = `${attempt}/resume/${randomUUID()}`;
  const resumed = await say(send, call, { type: 'ResumeAttempt', data, key: again }, signal);
  return resumed.outcome === 'accepted' || resumed.outcome === 'duplicate' ? 'again' : 'over';
};

/** A refusal means that somebody else has ended the attempt meanwhile, or recorded its success: that stands. */
export const endAttempt = async (
  send: Send,
  call: CallToMake,
  { outcome, code }: CallOutcome,
  signal: AbortSignal,
): Promise<void> => {
  const { attempt } = call;
  const command =
    outcome === 'succeeded'
      ? ({ type: 'RecordSuccess', data: { attempt, code }, key: `${attempt}/success` } as const)
      : ({ type: 'RecordFailure', data: { attempt, outcome, code }, key: `${attempt}/failure` } as const);
  await say(send, call, command, signal);
};
