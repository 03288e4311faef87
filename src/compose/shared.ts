import type { Config } from '../config/config.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Queues } from '../queue/queues.ts';
import type { PrintedMessage } from '../sinks/slack/printed-sink.ts';
import type { RedisPart } from './redis-part.ts';

/** What the parts of one process share. */
export interface Shared {
  readonly config: Config;
  readonly logger: Logger;
  /** Takes the messages for people while Slack is off; null = they are logged. */
  readonly print: ((message: PrintedMessage) => void) | null;
  readonly metrics: Metrics;
  readonly redis: RedisPart;
  readonly queues: Queues;
  readonly stack: AsyncDisposableStack;
}
