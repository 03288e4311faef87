import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Where credentials stand in what is logged. They should not be there at all; this is the second lock. */
const secretPaths = ['authorization', 'cookie', 'token', 'password'].flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]);

/** A logger of JSON lines on stdout, or wherever `destination` leads. Errors go under `err`, data under names of its own. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { name: 'podnet-triage', pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretPaths, censor: '[secret]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
