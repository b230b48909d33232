import { z } from 'zod';
import { signingSecret } from './signing-secret.ts';

/** Where a hook of one tenant is. */
export type HookAddress = {
  readonly tenant: string;
  readonly url: string;
  /** `whsec_` and base64: signs what it is asked. */
  readonly secret: string;
};

/** Text of the file: `{"risk": {"tenant": "main", "url": "https://risk.example/ask", "secret": "whsec_…"}}`. */
const content = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  z.strictObject({
    tenant: z.string().min(1).max(64).default('main'),
    url: z.url({ protocol: /^https?$/ }).refine((text) => {
      const { hash, username } = new URL(text);
      return hash === '' && username === '';
    }),
    secret: signingSecret,
  }),
);

/** Name of a hook -> where it is. Never says what it has read. */
export const hookAddresses = z.string().transform((text, context): ReadonlyMap<string, HookAddress> => {
  try {
    return new Map(Object.entries(content.parse(JSON.parse(text))));
  } catch {
    context.addIssue({
      code: 'custom',
      message:
        'must be JSON of the form {"name": {"tenant": "main", "url": "https://host/path", "secret": "whsec_<base64>"}}',
    });
    return z.NEVER;
  }
});
