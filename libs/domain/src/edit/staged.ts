import type { ChangeStagedData, StageChangeData } from '../messages/generated/edit.ts';
import type { OrderCommand } from '../messages/generated/order.ts';
import type { Sealed } from '../messages/generated/types.ts';
import type { StageableType, StagedChange } from './state.ts';

/** What may be staged, beside another receiver: member of the command -> command of the order, which has the same data. */
const stageable = {
  addNote: 'AddNote',
  cancelOrder: 'CancelOrder',
  holdOrder: 'HoldOrder',
  releaseHold: 'ReleaseHold',
  extendDeadline: 'ExtendDeadline',
  adjustCharges: 'AdjustCharges',
} as const satisfies Readonly<Partial<Record<keyof StageChangeData, StageableType>>>;

type Stageable = keyof typeof stageable;

const members = Object.keys(stageable) as readonly Stageable[];

/** Texts that people write, each below its member. */
const TEXTS = ['text', 'reason'] as const;

/** The members of a change that are said: of a sound one, one. */
export const membersSaid = (
  data: Pick<StageChangeData, Stageable> & { readonly receiver: unknown },
): readonly string[] => (['receiver', ...members] as const).filter((name) => data[name] !== null);

/** What somebody has written, and where. */
export const textsIn = (data: Pick<StageChangeData, Stageable>): readonly (readonly [string, string])[] =>
  members.flatMap((name) => {
    const said = (data[name] ?? {}) as Readonly<Record<string, unknown>>;
    return TEXTS.flatMap((text) => {
      const written = said[text];
      return typeof written === 'string' ? [[written, `/${name}/${text}`] as const] : [];
    });
  });

/** Bytes in a state, which is JSON: a character a byte. */
const asText = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

const asBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A receiver as a state keeps it. */
type KeptReceiver = {
  readonly buyerId: string | null;
  readonly receiver: Omit<Sealed, 'nonce' | 'ciphertext'> & {
    readonly nonce: string;
    readonly ciphertext: string;
  };
  readonly tokens: readonly string[];
};

const keptReceiver = (
  { buyerId, tokens }: ChangeStagedData,
  { subject, keyId, nonce, ciphertext }: Sealed,
): KeptReceiver => ({
  buyerId,
  receiver: { subject, keyId, nonce: asText(nonce), ciphertext: asText(ciphertext) },
  tokens: tokens.map(asText),
});

/** The change that an event has staged. Throws where there is none in it. */
export const stagedIn = (data: ChangeStagedData): StagedChange => {
  const { changeId, receiver } = data;
  if (receiver !== null) return { changeId, type: 'EditReceiver', data: keptReceiver(data, receiver) };
  for (const name of members) {
    const said = data[name];
    if (said !== null) return { changeId, type: stageable[name], data: said };
  }
  throw new Error(`${changeId} changes nothing`);
};

/** The command to the order that a change is. */
export const commandOfChange = ({ type, data }: StagedChange): OrderCommand => {
  if (type !== 'EditReceiver') return { type, data } as OrderCommand;
  const { buyerId, receiver, tokens } = data as KeptReceiver;
  const { subject, keyId, nonce, ciphertext } = receiver;
  const sealed = {
    ...{ subject, keyId, nonce: asBytes(nonce), ciphertext: asBytes(ciphertext) },
    // It tells a retry from another command; a change is staged once.
    digest: new Uint8Array(),
    tokens: tokens.map(asBytes),
  };
  return { type, data: { buyerId, receiver: sealed } };
};
