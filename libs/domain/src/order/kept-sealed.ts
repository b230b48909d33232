import type { Sealed, SealedBlock } from '../messages/generated/types.ts';

/** What an event keeps of a receiver. The digest tells a retry from another command, and is of no use afterwards. */
export const keptSealed = ({ subject, keyId, nonce, ciphertext }: SealedBlock): Sealed => ({
  subject,
  keyId,
  nonce,
  ciphertext,
});
