import type { SlackBlock } from './blocks.ts';

/** What is posted: the plain text that notifications show, the blocks, and the mark by which the message is found again. */
export interface SlackContent {
  readonly text: string;
  readonly blocks: SlackBlock[];
  readonly metadata: SlackMetadata;
}

/** Message metadata: one event type and one payload identify one message of ours in a channel or thread. */
export interface SlackMetadata {
  readonly event_type: string;
  readonly event_payload: Record<string, string>;
}

/** Content and where it goes. */
export interface SlackPost {
  readonly content: SlackContent;
  /** A channel's id or name. */
  readonly channel: string;
  /** The message whose thread it belongs in; null for a message of its own. */
  readonly thread: string | null;
}

/**
 * How a post stands. It is recorded once before posting, with `ts` null, so that after a lost answer or a crash the
 * message is looked for instead of posted twice.
 */
export interface SlackReceipt {
  /** The channel's id once Slack has answered, before that what was configured. */
  readonly channel: string;
  /** Slack's id of the message; null while it is not known whether it was posted. */
  readonly ts: string | null;
  /** RFC 3339 of the last write, or of the attempt. */
  readonly at: string;
  /** Digest of what was delivered; empty for an attempt. */
  readonly digest: string;
}
