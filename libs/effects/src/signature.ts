import { createHmac, timingSafeEqual } from 'node:crypto';

const SECRET = /^whsec_([A-Za-z0-9+/]{22,128}={0,2})$/;

/** The key in a secret of the form `whsec_` and base64; `undefined`: it is none. */
export const keyOf = (secret: string): Buffer | undefined => {
  const [, text] = SECRET.exec(secret) ?? [];
  return text === undefined ? undefined : Buffer.from(text, 'base64');
};

type Signed = { readonly id: string; readonly timestamp: string; readonly body: string | Uint8Array };

const signatureOf = (key: Buffer, { id, timestamp, body }: Signed): Buffer =>
  createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();

/** Headers of the Standard Webhooks specification: who is called can tell that it is us, and that it is no replay. */
export const signedHeaders = (
  key: Buffer,
  { id, at, body }: { readonly id: string; readonly at: number; readonly body: string },
): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(at / 1000));
  const signature = signatureOf(key, { id, timestamp, body }).toString('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};

/** A message from outside as it came. A header that it does not have is ''. */
export type SignedMessage = {
  readonly id: string;
  /** Seconds since 1970 UTC. */
  readonly timestamp: string;
  /** One or more of `v1,BASE64`, with spaces between: keys are changed while both are good. */
  readonly signature: string;
  readonly body: Uint8Array;
};

/** A message may be so much older or newer than our clock says, ms. */
const TOLERANCE_MS = 300_000;
/** Nobody has so many keys; more would be work for whoever sends rubbish. */
const MOST_SIGNATURES = 8;

/** Whether a message is from the owner of the key, and not one of long ago. Takes the same time for every wrong signature. */
export const isSignedNow =
  (now: () => number) =>
  (key: Buffer, { id, timestamp, signature, body }: SignedMessage): boolean => {
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now() - Number(timestamp) * 1000) > TOLERANCE_MS)
      return false;
    const expected = signatureOf(key, { id, timestamp, body });
    return signature
      .split(' ', MOST_SIGNATURES)
      .map((one) => (one.startsWith('v1,') ? Buffer.from(one.slice(3), 'base64') : Buffer.alloc(0)))
      .some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  };
