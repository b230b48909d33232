import { z } from 'zod';

/** `whsec_` and base64: what signs messages between us and somebody else. */
export const signingSecret = z.string().regex(/^whsec_[A-Za-z0-9+/]{22,128}={0,2}$/);
