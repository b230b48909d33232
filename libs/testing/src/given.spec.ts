import { describe, expect, test } from '@jest/globals';
import {
  accept,
  refuseContent,
  refuseState,
  type Decider,
  type Projection,
  type StreamRef,
} from '@orderloom/decider';
import { recorded, scenarios, type Subject } from './given.ts';
import { recordedEvent, viewScenarios } from './given-view.ts';

type Lamp = { readonly on: boolean; readonly since: number; readonly version: number };
type Press = { readonly type: 'Press'; readonly data: { readonly times: number } };
type Lit = { readonly type: 'Lit'; readonly data: { readonly by: string } };
type Dimmed = { readonly type: 'Dimmed'; readonly data: object };
type House = { readonly owner: string };

const stream: StreamRef = { tenant: 'main', type: 'lamp', key: '1' };
const other: StreamRef = { tenant: 'main', type: 'lamp', key: '2' };
const decider: Decider<Lamp, Press, Lit | Dimmed, House> = {
  initialState: { on: false, since: 0, version: 0 },
  decide: (state, { data }, { now, global }) => {
    if (data.times === 0) return refuseContent('no-press', 'press at least once', '/times');
    if (data.times === 2) return accept();
    if (data.times === 3) return { outcome: 'duplicate', of: other };
    if (data.times === 4) return accept({ type: 'Dimmed', data: {} });
    return state.on
      ? refuseState('already-lit', `lit since ${String(now)}`)
      : accept({ type: 'Lit', data: { by: global.owner } });
  },
  evolve: (_, event, { recordedAt, version }) => ({ on: event.type === 'Lit', since: recordedAt, version }),
  isTerminal: () => false,
};
const lamp: Subject<Lamp, Press, Lit | Dimmed, House> = {
  decider,
  commands: { Press: { emits: ['Lit'] } },
  reactions: {
    Lit: {
      sends: ['Note'],
      react: (state, { by }) => [
        {
          to: { type: 'meter', key: by },
          command: { type: state.since > 900 ? 'Forget' : 'Note', data: {} },
        },
      ],
    },
  },
};
const given = scenarios(lamp, { stream, now: 500, global: { owner: 'Ada' } });
const press = (times = 1): Press => ({ type: 'Press', data: { times } });
const lit: Lit = { type: 'Lit', data: { by: 'Ada' } };
const dimmed: Dimmed = { type: 'Dimmed', data: {} };

const failureOf = (check: () => void): Error => {
  try {
    check();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('the check passed');
};
const plain = (error: Error): string => error.message.replaceAll(/\u001b\[\d+m/g, '');

describe('given, when, then', () => {
  test('then: accepted with these events', () => {
    given().when(press()).then(lit);
    given(lit, dimmed).when(press()).then(lit);
  });

  test('thenRejected: by code, and by more where it matters', () => {
    given(lit).when(press()).thenRejected('already-lit');
    given().when(press(0)).thenRejected('no-press', { kind: 'content', pointer: '/times' });
  });

  test('thenNothing and thenDuplicateOf', () => {
    given().when(press(2)).thenNothing();
    given().when(press(3)).thenDuplicateOf(other);
  });

  test('the state before and behind a decision', () => {
    expect(given(lit).state).toEqual({ on: true, since: 500, version: 1 });
    expect(given(recorded(dimmed, { at: 7 })).when(press(), 9).state).toEqual({
      on: true,
      since: 9,
      version: 2,
    });
    expect(given(recorded(lit, { stream: other })).state.version).toBe(0);
  });

  test('thenSends: what the process manager sends, declared', () => {
    given(dimmed, lit).thenSends({ to: { type: 'meter', key: 'Ada' }, command: { type: 'Note', data: {} } });
    given(lit, dimmed).thenSends();
    expect(failureOf(() => given(recorded(lit, { at: 901 })).thenSends()).message).toMatch(
      /does not declare Forget/,
    );
  });
});

describe('a failure', () => {
  test('tells the story, then the difference', () => {
    const message = plain(failureOf(() => given(lit, dimmed).when(press()).then(dimmed)));
    expect(message).toMatch(/^given Lit, Dimmed, when Press\n/);
    expect(message).toMatch(/-\s+"type": "Dimmed"[\s\S]*\+\s+"type": "Lit"/);
  });

  test('points at the line of the scenario', () => {
    const { stack = '' } = failureOf(() => given().when(press()).thenRejected('already-lit'));
    expect(stack.split('\n').find((line) => line.trim().startsWith('at '))).toMatch(/given\.spec\.ts/);
  });

  test.each([
    ['events where a refusal is expected', () => given().when(press()).thenRejected('already-lit')],
    ['another code', () => given(lit).when(press()).thenRejected('no-press')],
    ['another kind', () => given(lit).when(press()).thenRejected('already-lit', { kind: 'content' })],
    ['a refusal where events are expected', () => given(lit).when(press()).then(lit)],
    ['one event too many', () => given().when(press()).thenNothing()],
    ['another duplicate', () => given().when(press(3)).thenDuplicateOf(stream)],
    ['an event that the rule does not declare', () => given().when(press(4)).then(dimmed)],
    ['another command sent', () => given(lit).thenSends()],
  ])('is: %s', (_, check) => {
    expect(failureOf(check).message).toMatch(/given/);
  });
});

describe('given, then for a projection', () => {
  type Count = { readonly lit: number; readonly last: number };
  const projection: Projection<Count, House> = {
    name: 'lit',
    foldId: 'lit-1',
    streamType: 'lamp',
    fold: (count, event) =>
      event.type === 'Lit' ? { lit: (count?.lit ?? 0) + 1, last: event.recordedAt } : undefined,
    lists: (count) => [`lit:${String(count.lit)}`, 'all:'],
    sortKey: (count) => String(count.last),
  };
  const givenView = viewScenarios(projection, { stream, now: 500, global: { owner: 'Ada' } });

  test('then: the document, or none', () => {
    givenView(lit, recorded(lit, { at: 600 })).then({ lit: 2, last: 600 });
    givenView(lit, dimmed).then(undefined);
    givenView(lit).thenInLists('all:', 'lit:1');
  });

  test('fails readably', () => {
    expect(failureOf(() => givenView(lit).then({ lit: 2, last: 500 })).message).toMatch(/^given Lit\n/);
    expect(failureOf(() => givenView(lit).thenInLists('all:')).message).toMatch(/lit:1/);
    expect(recordedEvent(lit, { stream, version: 2, recordedAt: 1, slot: 4 })).toMatchObject({
      sequence: 2,
      slot: 4,
    });
  });
});
