import { describe, expect, test } from '@jest/globals';
import { commandRequest, refusedBefore, type CommandResult } from '@orderloom/engine';
import { WaitingAnswers } from './waiting-answers.ts';

const COMMAND = { tenant: 'main', commandId: 'c-1' };
const request = commandRequest({
  stream: { tenant: 'main', type: 'account', key: 'k' },
  ...{ type: 'Transfer', data: {}, commandId: 'c-1' },
});
const pending = (): CommandResult => refusedBefore(request, 'pending');
const result: CommandResult = { ...pending(), outcome: 'accepted', rejection: null };

/** What has become of a wait by now. */
const seen = (waiting: Promise<CommandResult>): Promise<string> =>
  Promise.race([waiting.then(({ outcome }) => outcome), Promise.resolve('waits')]);

describe('who waits for an answer', () => {
  test('has it at once where nothing is open', async () => {
    const answers = new WaitingAnswers();
    const waiting = answers.wait(COMMAND, 10_000, pending);
    answers.hear({ kind: 'answer', result, open: 0 });
    expect(await waiting).toBe(result);
  });

  test('has it when everything that the command has caused is done, and what that has caused', async () => {
    const answers = new WaitingAnswers();
    const waiting = answers.wait(COMMAND, 10_000, pending);
    answers.hear({ kind: 'answer', result, open: 2 });
    answers.hear({ kind: 'progress', ...COMMAND, open: 1 });
    answers.hear({ kind: 'progress', ...COMMAND, open: 0 });
    expect(await seen(waiting)).toBe('waits');
    answers.hear({ kind: 'progress', ...COMMAND, open: 0 });
    expect(await waiting).toBe(result);
  });

  test('is told that the command is pending when its cascade takes too long', async () => {
    const answers = new WaitingAnswers();
    const waiting = answers.wait(COMMAND, 1, pending);
    answers.hear({ kind: 'answer', result, open: 1 });
    expect((await waiting).outcome).toBe('pending');
    // Nobody waits any more.
    answers.hear({ kind: 'progress', ...COMMAND, open: 0 });
  });

  test('asks twice under one key and is answered twice, in turn', async () => {
    const answers = new WaitingAnswers();
    const both = [answers.wait(COMMAND, 10_000, pending), answers.wait(COMMAND, 10_000, pending)];
    const duplicate: CommandResult = { ...result, outcome: 'duplicate' };
    answers.hear({ kind: 'answer', result, open: 0 });
    answers.hear({ kind: 'answer', result: duplicate, open: 0 });
    expect(await Promise.all(both)).toEqual([result, duplicate]);
  });

  test('asks again when the first time is over, and hears what comes of either', async () => {
    const answers = new WaitingAnswers();
    await answers.wait(COMMAND, 1, pending);
    const again = answers.wait(COMMAND, 10_000, pending);
    answers.hear({ kind: 'answer', result, open: 0 });
    expect(await again).toBe(result);
  });
});
