import {
  accept,
  defineStreamType,
  refuseContent,
  refuseMissing,
  refuseState,
  slotOf,
  slotOfOrderId,
  type Command,
  type Event,
  type Registry,
  type TenantClock,
} from '@orderloom/decider';

// A bank small enough to be held in the head, with one of everything that the engine offers to a stream type:
// a made key, a guard with a follower, a process manager whose refusal comes back, a merge, a deadline, a tenant clock.

type OpenAccount = Command<'OpenAccount', { readonly owner: string; readonly closeAfter: number | null }>;
type Deposit = Command<'Deposit', { readonly amount: number; readonly from: string | null }>;
type Transfer = Command<'Transfer', { readonly amount: number; readonly to: string }>;
type ReturnTransfer = Command<'ReturnTransfer', { readonly amount: number }>;
type CloseAccount = Command<'CloseAccount', Record<string, never>>;
type Break = Command<'Break', Record<string, never>>;
export type AccountCommand = OpenAccount | Deposit | Transfer | ReturnTransfer | CloseAccount | Break;

type AccountOpened = Event<'AccountOpened', { readonly owner: string; readonly closeAt: number }>;
type Deposited = Event<'Deposited', { readonly amount: number; readonly from: string | null }>;
type TransferSent = Event<'TransferSent', { readonly amount: number; readonly to: string }>;
type TransferReturned = Event<'TransferReturned', { readonly amount: number }>;
type AccountClosed = Event<'AccountClosed', { readonly owner: string }>;
/** An event whose fold breaks: what a quarantine is for. */
type Broken = Event<'Broken', Record<string, never>>;
export type AccountEvent =
  AccountOpened | Deposited | TransferSent | TransferReturned | AccountClosed | Broken;

export type Account = {
  readonly owner: string;
  readonly balance: number;
  readonly closeAt: number;
  readonly status: 'none' | 'open' | 'closed';
};

/** `breakable: true` makes `Broken` foldable, as an older build did; a newer one cannot read it. */
export const accountType = (options: { readonly breakable?: boolean; readonly parks?: () => boolean } = {}) =>
  defineStreamType<Account, AccountCommand, AccountEvent, World>({
    name: 'account',
    foldId: 'account-1',
    slotOf: (_, key) => slotOfOrderId(key),
    decider: {
      initialState: { owner: '', balance: 0, closeAt: 0, status: 'none' },
      decide: (state, command, { now, stream }) => {
        if (command.type === 'OpenAccount') {
          const { owner, closeAfter } = command.data;
          return accept({
            type: 'AccountOpened',
            data: { owner, closeAt: closeAfter === null ? 0 : now + closeAfter },
          });
        }
        if (state.status === 'none')
          return refuseMissing('unknown-account', `there is no account ${stream.key}`);
        if (command.type === 'Break') return accept({ type: 'Broken', data: {} });
        if (command.type === 'ReturnTransfer')
          return accept({ type: 'TransferReturned', data: command.data });
        if (state.status === 'closed')
          return refuseState('account-closed', `account ${stream.key} is closed`);
        if (command.type === 'CloseAccount')
          return accept({ type: 'AccountClosed', data: { owner: state.owner } });
        if (command.data.amount <= 0) return refuseContent('bad-amount', 'an amount is above 0', '/amount');
        if (command.type === 'Deposit') {
          if (command.data.amount === 13) throw new Error('thirteen is not decided');
          return accept({ type: 'Deposited', data: command.data });
        }
        return command.data.amount > state.balance
          ? refuseContent('not-enough', `the balance is ${String(state.balance)}`, '/amount')
          : accept({ type: 'TransferSent', data: command.data });
      },
      evolve: (state, event) => {
        switch (event.type) {
          case 'AccountOpened':
            return { owner: event.data.owner, balance: 0, closeAt: event.data.closeAt, status: 'open' };
          case 'Deposited':
          case 'TransferReturned':
            return { ...state, balance: state.balance + event.data.amount };
          case 'TransferSent':
            return { ...state, balance: state.balance - event.data.amount };
          case 'AccountClosed':
            return { ...state, closeAt: 0, status: 'closed' };
          case 'Broken':
            if (options.breakable === true) return state;
            throw new Error('cannot be folded');
        }
      },
      isTerminal: (state) => state.status === 'closed',
    },
    commands: {
      OpenAccount: {
        emits: ['AccountOpened'],
        creates: { slotKey: (data) => data.owner },
        guards: (data) => [
          { to: { type: 'owner', key: data.owner }, command: { type: 'CheckOpening', data: {} } },
        ],
      },
      Deposit: {
        emits: ['Deposited'],
        merge: (first, second) => ({ ...first, amount: first.amount + second.amount }),
      },
      Transfer: { emits: ['TransferSent'] },
      ReturnTransfer: { emits: ['TransferReturned'], internal: true },
      CloseAccount: { emits: ['AccountClosed'] },
      Break: { emits: ['Broken'] },
    },
    explain: (state) => ({
      status: { status: state.status },
      allowedCommands: state.status === 'open' ? ['Deposit', 'Transfer', 'CloseAccount'] : [],
      mayRefuse: state.status === 'open' ? ['Transfer'] : [],
    }),
    nextDeadline: (state) =>
      state.closeAt === 0
        ? undefined
        : { name: 'close', due: state.closeAt, command: { type: 'CloseAccount', data: {} } },
    reactions: {
      TransferSent: {
        sends: ['Deposit'],
        react: (_, { amount, to }, { key }) => {
          if (options.parks?.() === true) throw new Error('the handler is broken');
          return [
            { to: { type: 'account', key: to }, command: { type: 'Deposit', data: { amount, from: key } } },
          ];
        },
      },
    },
    onRefused: {
      Deposit: (sent) => ({ type: 'ReturnTransfer', data: { amount: (sent as Deposit['data']).amount } }),
    },
  });

type CheckOpening = Command<'CheckOpening', Record<string, never>>;
type BlockOwner = Command<'BlockOwner', Record<string, never>>;
type OwnerBlocked = Event<'OwnerBlocked', Record<string, never>>;
export type Owner = { readonly blocked: boolean; readonly open: number };

/** Lives in the slot of its accounts: at most two open ones each, counted from the accounts' own events. */
const ownerType = defineStreamType<Owner, CheckOpening | BlockOwner, OwnerBlocked, World>({
  name: 'owner',
  foldId: 'owner-1',
  slotOf: (tenant, key) => slotOf(tenant, key),
  decider: {
    initialState: { blocked: false, open: 0 },
    decide: (state, command) => {
      if (command.type === 'BlockOwner') return accept({ type: 'OwnerBlocked', data: {} });
      if (state.blocked) return refuseState('owner-blocked', 'the owner is blocked');
      return state.open >= 2 ? refuseState('too-many-accounts', 'two accounts an owner') : accept();
    },
    // It sees its own events and those that it follows.
    evolve: (state, event: Event) => {
      if (event.type === 'OwnerBlocked') return { ...state, blocked: true };
      return { ...state, open: state.open + (event.type === 'AccountOpened' ? 1 : -1) };
    },
    isTerminal: () => false,
  },
  commands: {
    CheckOpening: { emits: [], internal: true },
    BlockOwner: { emits: ['OwnerBlocked'] },
  },
  explain: (state) => ({
    status: { status: state.blocked ? 'blocked' : 'open' },
    allowedCommands: ['BlockOwner'],
    mayRefuse: [],
  }),
  follows: {
    AccountOpened: (event) => (event.data as AccountOpened['data']).owner,
    AccountClosed: (event) => (event.data as AccountClosed['data']).owner,
  },
});

type CreateWorld = Command<'CreateWorld', Record<string, never>>;
type SetTime = Command<'SetTime', { readonly clock: TenantClock }>;
type WorldCreated = Event<'WorldCreated', Record<string, never>>;
type TimeSet = Event<'TimeSet', { readonly clock: TenantClock }>;
export type World = { readonly exists: boolean; readonly clock: TenantClock };

const worldType = defineStreamType<World, CreateWorld | SetTime, WorldCreated | TimeSet, World>({
  name: 'world',
  foldId: 'world-1',
  slotOf: (tenant, key) => slotOf(tenant, key),
  decider: {
    initialState: { exists: false, clock: { mode: 'live' } },
    decide: (state, command) => {
      if (command.type === 'SetTime') return accept({ type: 'TimeSet', data: command.data });
      return state.exists
        ? refuseState('world-exists', 'it exists')
        : accept({ type: 'WorldCreated', data: {} });
    },
    evolve: (state, event) =>
      event.type === 'WorldCreated' ? { ...state, exists: true } : { ...state, clock: event.data.clock },
    isTerminal: () => false,
  },
  closes: 'never',
  commands: { CreateWorld: { emits: ['WorldCreated'] }, SetTime: { emits: ['TimeSet'] } },
  explain: () => ({ status: { status: 'open' }, allowedCommands: ['SetTime'], mayRefuse: [] }),
});

/** The bank's registry. */
export const bank = (options: Parameters<typeof accountType>[0] = {}): Registry => ({
  types: [worldType, accountType(options), ownerType],
  global: {
    type: 'world',
    clockOf: (state) => (state as World).clock,
    exists: (state) => (state as World).exists,
    createdBy: ['CreateWorld'],
  },
  declaredCycles: [],
});
