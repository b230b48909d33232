// What a command says of the stream that it was decided upon, in the whole or of one section, and what it must say.
import { describe, expect, test } from '@jest/globals';
import { accept, defineStreamType, slotOf, type Event, type Registry } from '@orderloom/decider';
import { commandRequest, type CommandRequest, type CommandResult } from '../command.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { Processor } from './processor.ts';

const START = Date.UTC(2026, 0, 1);
const TENANT = 'main';

/** Section -> version of the last event that touched it. */
type Room = { readonly heat: number; readonly light: number };
type Set = { readonly type: 'SetHeat' | 'SetLight' | 'SetAlarm'; readonly data: { readonly to: number } };

/** Anybody heats, who switches the light has looked at it, and who sets the alarm says who it is. */
const room = defineStreamType<Room, Set, Event, unknown>({
  name: 'room',
  foldId: 'room-1',
  slotOf,
  decider: {
    initialState: { heat: 0, light: 0 },
    decide: (_room, { type, data }) => accept({ type: type.replace('Set', 'Changed'), data }),
    evolve: ({ heat, light }, { type }, { version }) => ({
      heat: type === 'ChangedHeat' ? version : heat,
      light: type === 'ChangedLight' ? version : light,
    }),
    isTerminal: () => false,
  },
  commands: {
    SetHeat: { emits: ['ChangedHeat'] },
    SetLight: { emits: ['ChangedLight'], decidesOn: () => 'light' },
    SetAlarm: { emits: ['ChangedAlarm'], needsActor: true },
  },
  explain: () => ({ status: {}, allowedCommands: [], mayRefuse: [] }),
  sections: (state) => state,
});
const house = defineStreamType<number, { type: 'BuildHouse'; data: object }, Event, unknown>({
  name: 'house',
  foldId: 'house-1',
  slotOf,
  decider: {
    initialState: 0,
    decide: () => accept({ type: 'HouseBuilt', data: {} }),
    evolve: (state) => state + 1,
    isTerminal: () => false,
  },
  commands: { BuildHouse: { emits: ['HouseBuilt'] } },
  explain: () => ({ status: {}, allowedCommands: [], mayRefuse: [] }),
});
const registry: Registry = {
  types: [house, room],
  global: {
    type: 'house',
    clockOf: () => ({ mode: 'live' }),
    exists: (state) => Number(state) > 0,
    createdBy: ['BuildHouse'],
  },
  declaredCycles: [],
};

let ids = 0;
type Said = Partial<Pick<CommandRequest, 'actor' | 'expectedVersion' | 'expectedSection' | 'hops'>>;

const aHouse = () => {
  const processor = new Processor({ registry, codec: jsonCodec() });
  const send = (stream: { type: string; key: string }, type: string, said: Said): CommandResult => {
    processor.begin(START);
    const request = { stream: { tenant: TENANT, ...stream }, type, data: { to: 1 }, commandId: `c${ids++}` };
    const result = processor.decide(commandRequest({ ...request, ...said }));
    processor.group();
    processor.commit();
    if (result === undefined) throw new Error('forwarded');
    return result;
  };
  send({ type: 'house', key: TENANT }, 'BuildHouse', {});
  return (type: string, said: Said = {}) => send({ type: 'room', key: 'attic' }, type, said);
};
const light = (version: number): Said => ({ expectedSection: { name: 'light', version } });

describe('a command that names a section', () => {
  test('is decided while that section is at its version, whatever happens beside it', () => {
    const say = aHouse();
    say('SetLight', light(0));
    say('SetHeat');
    say('SetHeat');
    expect(say('SetLight', light(1))).toMatchObject({ outcome: 'accepted', version: 4 });
  });

  test('is a conflict where the section has moved, which says the version of each', () => {
    const say = aHouse();
    say('SetLight', light(0));
    say('SetHeat');
    expect(say('SetLight', light(0))).toMatchObject({
      ...{ outcome: 'conflict', version: 2, sections: { heat: 2, light: 1 } },
      rejection: { code: 'version-conflict', reason: 'The section is at light:1.' },
    });
  });

  test('that there is not is refused', () => {
    const said = { expectedSection: { name: 'constructor', version: 1 } };
    expect(aHouse()('SetHeat', said)).toMatchObject({
      ...{ outcome: 'refused', rejection: { code: 'unknown-section', kind: 'content' } },
    });
  });
});

describe('a command that must say what it was decided upon', () => {
  test('is refused where it does not, or names another section', () => {
    const say = aHouse();
    for (const said of [{}, { expectedSection: { name: 'heat', version: 0 } }])
      expect(say('SetLight', said)).toMatchObject({
        ...{ outcome: 'refused', rejection: { code: 'precondition-required' } },
      });
  });

  test('may name the version of the whole stream', () => {
    const say = aHouse();
    expect(say('SetLight', { expectedVersion: 0 }).outcome).toBe('accepted');
    expect(say('SetLight', { expectedVersion: 0 }).outcome).toBe('conflict');
  });

  test('says nothing where a process manager sends it', () => {
    expect(aHouse()('SetLight', { hops: 1 }).outcome).toBe('accepted');
  });
});

test('a command that somebody answers for is refused without an actor', () => {
  const say = aHouse();
  expect(say('SetAlarm').rejection?.code).toBe('actor-required');
  expect(say('SetAlarm', { actor: 'ann' }).outcome).toBe('accepted');
});
