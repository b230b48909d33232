import { createHmac } from 'node:crypto';

const SECRET = /^whsec_([A-Za-z0-9+/]{22,128}={0,2})$/;

/** The key in a secret of the form `whsec_` and base64; `undefined`: it is none. */
export const keyOf = (secret: string): Buffer | undefined => {
  const [, text] = SECRET.exec(secret) ?? [];
  return text === undefined ? undefined : Buffer.from(text, 'base64');
};

/** Headers of the Standard Webhooks specification: who is called can tell that it is us, and that it is no replay. */
export const signedHeaders = (
  key: Buffer,
  { id, at, body }: { readonly id: string; readonly at: number; readonly body: string },
): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};
