import { z } from 'zod';
import { signingSecret } from './signing-secret.ts';

/** Where a payment provider's account of one tenant is, and what opens it. */
export type PaymentProviderAccess = {
  readonly tenant: string;
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** `whsec_` and base64: signs what it calls back; `null`: it calls nobody back. */
  readonly callbackSecret: string | null;
};

/** Text of the file: `{"bank": {"tenant": "main", "url": "https://bank.example/api", "token": "…"}}`. */
const content = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  z.strictObject({
    tenant: z.string().min(1).max(64).default('main'),
    url: z.url({ protocol: /^https?$/ }).refine((text) => {
      const { search, hash, username } = new URL(text);
      return search === '' && hash === '' && username === '' && !text.endsWith('/');
    }),
    token: z.string().regex(/^[\x21-\x7e]{8,1024}$/),
    callbackSecret: signingSecret.nullable().default(null),
  }),
);

/** Name of a provider -> its account. Never says what it has read. */
export const paymentProviders = z
  .string()
  .transform((text, context): ReadonlyMap<string, PaymentProviderAccess> => {
    try {
      return new Map(Object.entries(content.parse(JSON.parse(text))));
    } catch {
      context.addIssue({
        code: 'custom',
        message:
          'must be JSON of the form {"name": {"tenant": "main", "url": "https://host/path", "token": "…", "callbackSecret": "whsec_<base64>"}}, tokens of 8 characters or more',
      });
      return z.NEVER;
    }
  });
