/** The call itself was wrong, or nothing that could answer it was there; what a command comes to is a `Result`. */
export class ClientError extends Error {
  readonly code: 'invalid-argument' | 'not-available' | 'no-engine' | 'position-not-reached' | 'stopped';

  constructor(code: ClientError['code'], message: string) {
    super(message);
    this.name = 'ClientError';
    this.code = code;
  }
}
