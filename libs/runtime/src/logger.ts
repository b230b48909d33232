import { type DestinationStream, type Logger, destination, pino, stdTimeFunctions } from 'pino';

export type { Logger };

/** Members that may hold what a person or a payment said: their values never reach a log line, three levels deep. */
const SILENT = [
  ...['data', 'body', 'payload', 'document', 'headers', 'receiver', 'sealed', 'ciphertext', 'tokens', 'key'],
  ...['name', 'phone', 'email', 'line1', 'line2', 'city', 'region', 'postalCode', 'address'],
  ...['authorization', 'cookie', 'password', 'secret', 'token'],
];
const redacted = SILENT.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

export type LoggerOptions = {
  /** `silent`, `fatal`, `error`, `warn`, `info`, `debug` or `trace`. */
  readonly level: string;
  /** Where lines go; stderr where it is left out. */
  readonly target?: DestinationStream;
};

/** One JSON object a line on stderr, `level` by name, `time` in UTC; stdout stays free for answers. */
export const jsonLogger = ({ level, target }: LoggerOptions): Logger =>
  pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redacted, censor: '[redacted]' },
    },
    target ?? destination({ fd: 2, sync: true }),
  );
