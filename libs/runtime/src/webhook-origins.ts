import { z } from 'zod';
import { signingSecret } from './signing-secret.ts';

/** Text of the file: `{"https://wms.example": {"secret": "whsec_…"}}`, origins without a path. */
const content = z.record(
  z.url({ protocol: /^https?$/ }).refine((text) => new URL(text).origin === text),
  z.strictObject({ secret: signingSecret }),
);

/** Origin that may be called -> the secret that signs what goes there. Never says what it has read. */
export const webhookOrigins = z.string().transform((text, context): ReadonlyMap<string, string> => {
  try {
    const origins = content.parse(JSON.parse(text));
    return new Map(Object.entries(origins).map(([origin, { secret }]) => [origin, secret]));
  } catch {
    context.addIssue({
      code: 'custom',
      message:
        'must be JSON of the form {"https://host": {"secret": "whsec_<base64>"}}, origins without a path',
    });
    return z.NEVER;
  }
});
