import { describe, expect, test } from '@jest/globals';
import { turns } from '@orderloom/testing';
import type { StoredGroup } from '../ports/event-log.ts';
import { applyWindows } from './apply-windows.ts';

type Window = readonly StoredGroup[];

/** A projector whose windows are in the store when they are told so. */
const setUp = () => {
  const applied: { readonly well: () => void; readonly badly: () => void }[] = [];
  const projector = {
    apply: (): Promise<void> =>
      new Promise((resolve, reject) => {
        applied.push({ well: resolve, badly: () => reject(new Error('away')) });
      }),
  };
  const state = { shown: 0, failures: 0, outcome: 'running' };
  const apply = (windows: AsyncIterable<Window> | Iterable<Window>): void => {
    const told = {
      onShown: () => {
        state.shown++;
      },
      onFailure: () => {
        state.failures++;
      },
    };
    applyWindows(projector, windows, told).then(
      () => (state.outcome = 'ended'),
      (error: unknown) => (state.outcome = (error as Error).message),
    );
  };
  return { apply, applied, state };
};

describe('windows', () => {
  test('are given one ahead of what is in the store, and never two', async () => {
    const { apply, applied, state } = setUp();
    apply([[], [], []]);
    await turns();
    expect(applied).toHaveLength(2);
    applied[0]!.well();
    await turns();
    expect([applied.length, state.shown]).toEqual([3, 1]);
    applied[1]!.well();
    applied[2]!.well();
    await turns();
    expect(state).toEqual({ shown: 3, failures: 0, outcome: 'ended' });
  });

  test('are shown in their order', async () => {
    const { apply, applied, state } = setUp();
    apply([[], []]);
    await turns();
    applied[1]!.well();
    await turns();
    expect(state.shown).toBe(0);
    applied[0]!.well();
    await turns();
    expect(state.shown).toBe(2);
  });

  test('that fail are heard of though no other one comes', async () => {
    const { apply, applied, state } = setUp();
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const quiet = async function* (): AsyncGenerator<Window> {
      yield [];
      await ended;
    };
    apply(quiet());
    await turns();
    applied[0]!.badly();
    await turns();
    expect(state).toMatchObject({ failures: 1, outcome: 'running' });
    end();
    await turns();
    expect(state).toMatchObject({ shown: 0, outcome: 'away' });
  });

  test('end at the first that fails', async () => {
    const { apply, applied, state } = setUp();
    apply([[], [], []]);
    await turns();
    applied[0]!.badly();
    applied[1]!.badly();
    await turns();
    expect(applied).toHaveLength(2);
    expect(state).toMatchObject({ shown: 0, outcome: 'away' });
  });
});
