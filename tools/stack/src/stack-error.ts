/**
 * `unavailable`: this machine lacks what the server needs. `install-failed`: it could not be downloaded or installed.
 * `did-not-start`: it ended, or did not answer in time. `port-taken`: somebody else took its port meanwhile.
 * `other-shape`: it runs already, with another number of nodes. `busy`: another process holds its lock.
 */
export type StackErrorCode =
  'unavailable' | 'install-failed' | 'did-not-start' | 'port-taken' | 'other-shape' | 'busy';

export class StackError extends Error {
  readonly code: StackErrorCode;

  constructor(code: StackErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StackError';
    this.code = code;
  }
}
