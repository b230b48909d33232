import { accept, refuseContent, refuseState, type Decision, type TenantClock } from '@orderloom/decider';
import type { AdvanceClockData, SimulateClockData, TenantEvent } from '../messages/generated/tenant.ts';

const backwards = (now: number, to: number, pointer: string): Decision<never> =>
  refuseContent('clock-backwards', `the clock stands at ${now} and cannot go back to ${to}`, pointer);

const live = refuseState('clock-live', 'the clock is live; simulate it before you move it');

/** A live clock may be set to any instant; a simulated one goes forward only. */
export const simulateClock = (clock: TenantClock, data: SimulateClockData): Decision<TenantEvent> =>
  clock.mode === 'simulated' && data.at < clock.now
    ? backwards(clock.now, data.at, '/at')
    : accept({ type: 'ClockSimulated', data });

export const advanceClock = (clock: TenantClock, data: AdvanceClockData): Decision<TenantEvent> => {
  if (clock.mode === 'live') return live;
  if (data.to < clock.now) return backwards(clock.now, data.to, '/to');
  return accept({ type: 'ClockAdvanced', data });
};

export const releaseClock = (clock: TenantClock): Decision<TenantEvent> =>
  clock.mode === 'live' ? live : accept({ type: 'ClockReleased', data: {} });
