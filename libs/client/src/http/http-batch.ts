import { sectionText } from '@orderloom/engine';
import { ClientError } from '../client-error.ts';
import type { Result, TryAgain } from '../result.ts';
import { isAgain, patiently, pendingResult, type Limits, type Patience } from '../sending.ts';
import type { Outgoing } from '../transport.ts';
import { refusal } from './ask.ts';
import type { HttpPlace } from './http-place.ts';
import { againIn, answerOf, bodyOf, readAnswer, unreachable } from './read-answer.ts';

/** A command as an item of a batch has it. */
const itemOf = ({ stream, type, data, key, expectedVersion, expectedSection, actor }: Outgoing): object => ({
  ...(stream.key !== '' && { stream: { type: stream.type, key: stream.key } }),
  ...{ type, data, idempotencyKey: key },
  ...(expectedVersion !== null && { expectedVersion }),
  ...(expectedSection !== undefined && { ifMatch: `"${sectionText(expectedSection)}"` }),
  ...(actor !== null && { actor }),
});

type ItemAnswer = {
  readonly status: number;
  readonly retryAfter?: number;
  readonly body: Readonly<Record<string, unknown>>;
};

/** One request for all; what it says of each. Rejects where it is no batch that an engine takes. */
const post = async (
  { base, headers }: HttpPlace,
  commands: readonly Outgoing[],
  signal: AbortSignal,
): Promise<readonly (Result | TryAgain)[] | TryAgain> => {
  const said = { tenant: commands[0]?.stream.tenant ?? '', 'content-type': 'application/json' };
  const body = JSON.stringify({ commands: commands.map(itemOf) });
  const answer = await fetch(`${base}/v1/commands:batch`, {
    ...{ method: 'POST', headers: { ...headers, ...said }, body, signal },
  })
    .then(answerOf)
    .catch(() => undefined);
  if (answer === undefined) return unreachable(base);
  const later = againIn(answer);
  if (later !== undefined) return later;
  const { status, text } = answer;
  const { results, ...others } = bodyOf(text);
  if (status !== 200) throw refusal(status, others);
  if (!Array.isArray(results) || results.length !== commands.length)
    throw new ClientError('no-engine', 'what answers at this address is no Orderloom engine');
  return commands.map(({ key }, at) => {
    const item = results[at] as ItemAnswer;
    const retryAfter = item.retryAfter === undefined ? null : String(item.retryAfter);
    return readAnswer({ status: item.status, retryAfter }, item.body, { key, prefix: '/data' });
  });
};

/** Sends commands together, and again those of which nobody has said what became, until the patience ends. */
export const sendBatch = async (
  place: HttpPlace,
  commands: readonly Outgoing[],
  patience: Patience,
): Promise<readonly Result[]> => {
  const results = new Map<Outgoing, Result | TryAgain>();
  let open = commands;
  const attempt = async ({ signal }: Limits): Promise<{ readonly outcome: 'sent' } | TryAgain> => {
    const answers = await post(place, open, signal);
    if ('outcome' in answers) return answers;
    for (const [at, answer] of answers.entries()) {
      const command = open[at];
      if (command !== undefined) results.set(command, answer);
    }
    const again = answers.filter(isAgain);
    open = open.filter((_, at) => answers[at]?.outcome === 'again');
    const [first] = again;
    if (first === undefined) return { outcome: 'sent' };
    return { ...first, afterMs: Math.max(...again.map(({ afterMs = 0 }) => afterMs)) };
  };
  const ended = await patiently(attempt, patience);
  return commands.map((command) => {
    const result = results.get(command) ?? (ended as TryAgain);
    return isAgain(result) ? pendingResult(command.key, result) : result;
  });
};
