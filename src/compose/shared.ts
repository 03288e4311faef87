import type { Config } from '../config/config.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Queues } from '../queue/queues.ts';
import type { PrintedMessage } from '../sinks/slack/printed-sink.ts';
import type { RedisPart } from './redis-part.ts';

/** Where a process speaks. */
export interface Outlets {
  readonly logger: Logger;
  /** Takes the messages for people while Slack is off; absent = they are logged. */
  readonly print?: (message: PrintedMessage) => void;
  /** The cluster is a recording: what has its addresses here is something else, and nothing connects to it. */
  readonly isRecorded?: true;
}

/** What every role works with. */
export interface Tools {
  readonly logger: Logger;
  /** Closes what was opened, in the reverse order. */
  readonly stack: AsyncDisposableStack;
}

/** What the parts of one process of the service share. */
export interface Shared extends Tools {
  readonly config: Config;
  /** Takes the messages for people while Slack is off; null = they are logged. */
  readonly print: ((message: PrintedMessage) => void) | null;
  readonly metrics: Metrics;
  readonly redis: RedisPart;
  readonly queues: Queues;
}
