import { transition } from 'xstate';
import { indexOfStatus, type Lifecycle, type Status } from './compiled.ts';
import { machineOf } from './machine.ts';

/** Takes an order from status to status. The index of the next one, or -1 where the symbol is not legal. */
export type Stepper = {
  readonly name: 'table' | 'xstate';
  readonly next: (lifecycle: Lifecycle, status: number, symbol: string) => number;
};

/** One look-up in the compiled table. */
export const tableStepper: Stepper = {
  name: 'table',
  next: (lifecycle, status, symbol) => {
    const column = lifecycle.symbols.get(symbol);
    return column === undefined ? -1 : (lifecycle.table[status * lifecycle.symbols.size + column] ?? -1);
  },
};

const liveMachine = (lifecycle: Lifecycle) => {
  const machine = machineOf(lifecycle.definition);
  return {
    machine,
    snapshots: lifecycle.statuses.map((value) => machine.resolveState({ value })),
  };
};

const machines = new Map<string, ReturnType<typeof liveMachine>>();

const machineFor = (lifecycle: Lifecycle) => {
  const known = machines.get(lifecycle.hash);
  if (known) return known;
  const machine = liveMachine(lifecycle);
  machines.set(lifecycle.hash, machine);
  return machine;
};

/** XState itself on the command's way: some hundred times slower than the table, and the judge of it. */
export const xstateStepper: Stepper = {
  name: 'xstate',
  next: (lifecycle, status, symbol) => {
    const { machine, snapshots } = machineFor(lifecycle);
    const snapshot = snapshots[status];
    const event = { type: symbol };
    if (!snapshot?.can(event)) return -1;
    const [next] = transition(machine, snapshot, event);
    return indexOfStatus(lifecycle, next.value as Status);
  },
};

/** Whether one of the symbols at least is legal in a status. */
export const oneMayFollow = (
  stepper: Stepper,
  lifecycle: Lifecycle,
  status: number,
  symbols: readonly string[],
): boolean => symbols.some((symbol) => stepper.next(lifecycle, status, symbol) >= 0);
