import { Writable } from 'node:stream';
import { createLogger, type Logger } from '../../src/observability/logger.ts';

/** A real logger whose lines are kept. */
export interface KeptLog {
  readonly logger: Logger;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  text(): string;
}

export function keptLog(level = 'debug'): KeptLog {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { logger: createLogger(level, destination), lines, text: () => JSON.stringify(lines) };
}
