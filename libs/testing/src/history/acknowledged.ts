import { streamIdOf, type StreamRef } from '@orderloom/decider';
import type { Answer, Operation } from './entries.ts';
import type { Findings } from './findings.ts';
import { creationKey, type Effect, type LogBook, type StreamBook } from './log-book.ts';
import { isAcknowledged, type Call } from './operations.ts';

type CommandOperation = Extract<Operation, { kind: 'command' }>;

/** Everything that clients know about one command id on one tenant: it may have been sent many times. */
export type Command = { readonly name: string; readonly tenant: string; readonly calls: readonly Call[] };

/** Groups calls by what makes a command one: the tenant and the command id. */
export const commandsOf = (calls: readonly Call[]): readonly Command[] => {
  const byId = new Map<string, { name: string; tenant: string; calls: Call[] }>();
  for (const call of calls) {
    if (call.operation.kind !== 'command') continue;
    const { commandId, stream } = call.operation;
    const key = `${stream.tenant}\0${commandId}`;
    const known = byId.get(key);
    if (known) known.calls.push(call);
    else byId.set(key, { name: commandId, tenant: stream.tenant, calls: [call] });
  }
  return [...byId.values()];
};

/**
 * H1 and its reverse: what was acknowledged is in the log as it was answered, what was refused is not in it.
 * A command of which any call was left unknown may be in the log or not (H9). Gives the unknown ones that are.
 */
export const checkAcknowledged = (commands: readonly Command[], log: LogBook, found: Findings): number => {
  let unknownInLog = 0;
  for (const command of commands) {
    const operation = command.calls[0]?.operation as CommandOperation;
    const answers = command.calls.map((call) => call.answer);
    for (const answer of answers) if (isAcknowledged(answer)) checkOne(command.name, answer, log, found);
    checkSameAnswer(command.name, answers, found);
    checkExpected(command, log, found);
    if (answers.some(isAcknowledged)) continue;
    const streams = answers.filter((answer) => answer !== null).map((answer) => answer.stream);
    const inLog = [operation.stream, ...streams].some(
      (stream) => effectOn(log, stream, command.name) !== undefined,
    );
    if (!inLog) continue;
    if (answers.includes(null)) unknownInLog += 1;
    else
      found.add(
        'refused-effect',
        `command ${command.name} was refused each time it was sent, and is in the log`,
      );
  }
  return unknownInLog;
};

const bookOf = (log: LogBook, stream: StreamRef): StreamBook | undefined =>
  log.streams.get(streamIdOf(stream));
const effectOn = (log: LogBook, stream: StreamRef, commandId: string): Effect | undefined => {
  const made = stream.key === '' ? log.created.get(creationKey(stream, commandId)) : streamIdOf(stream);
  return made === undefined ? undefined : log.streams.get(made)?.effects.get(commandId);
};

/** What is missing of an acknowledged command; `undefined`: nothing. */
const missing = (name: string, answer: Answer, log: LogBook): string | undefined => {
  const { position, version, outcome } = answer;
  const id = streamIdOf(answer.stream);
  const book = bookOf(log, answer.stream);
  if (!book || book.version < version)
    return `answered ${outcome} at ${id}/${String(version)}; the log has version ${String(book?.version ?? 0)}`;
  if (position && (log.sequences.get(position.slot) ?? 0) < position.sequence)
    return `answered with sequence ${String(position.sequence)} of slot ${String(position.slot)}, which the log does not reach`;
  const effect = book.effects.get(name);
  // A decider may answer with another command's stream.
  if (!effect)
    return outcome === 'duplicate' ? undefined : `accepted on ${id}, but no event there has its id`;
  if (outcome === 'accepted' && !position) return `accepted on ${id} without a position`;
  // The answer may show what the command caused on its stream in the same transaction, but nobody else's events.
  const foreign = book.roots.slice(effect.last + 1, version + 1).some((root) => root !== name);
  return foreign
    ? `answered at ${id}/${String(version)}, but its effect ends at ${String(effect.last)}`
    : undefined;
};

const checkOne = (name: string, answer: Answer, log: LogBook, found: Findings): void => {
  const lost = missing(name, answer, log);
  if (lost !== undefined) found.add('acknowledged-lost', `command ${name}: ${lost}`);
  const last = effectOn(log, answer.stream, name)?.last ?? 0;
  if (last <= answer.version) return;
  const place = `${streamIdOf(answer.stream)}/${String(answer.version)}`;
  found.add('double-effect', `command ${name} was answered at ${place} and has an effect at ${String(last)}`);
};

const checkSameAnswer = (name: string, answers: readonly (Answer | null)[], found: Findings): void => {
  const accepted = answers
    .filter((answer) => answer !== null)
    .filter((answer) => answer.outcome === 'accepted');
  const places = new Set(accepted.map((answer) => `${streamIdOf(answer.stream)}/${String(answer.version)}`));
  if (places.size > 1)
    found.add('double-effect', `command ${name} was accepted at ${[...places].join(' and at ')}`);
};

/** H2: an accepted command with an expected version has its effect right behind that version. */
const checkExpected = (command: Command, log: LogBook, found: Findings): void => {
  for (const { operation, answer } of command.calls) {
    if (operation.kind !== 'command' || operation.expectedVersion === null || answer?.outcome !== 'accepted')
      continue;
    const first = effectOn(log, answer.stream, command.name)?.first;
    if (first !== undefined && first !== operation.expectedVersion + 1)
      found.add(
        'expected-version',
        `command ${command.name} expected ${streamIdOf(answer.stream)} at ${String(operation.expectedVersion)} and took effect at ${String(first)}`,
      );
  }
};
