import type { Sink } from '../sink.ts';
import type { SlackPost, SlackReceipt } from './content.ts';
import { plainText } from './plain.ts';
import { digestOf } from './sink.ts';

/** One message as the printing sink hands it on. */
export interface PrintedMessage {
  readonly channel: string;
  /** Whether it stands in the thread under a message of its own. */
  readonly place: 'channel' | 'thread';
  readonly change: 'posted' | 'edited';
  /** What people would read in Slack, as plain text of several lines. */
  readonly text: string;
  /** The one line that notifications show. */
  readonly notification: string;
}

/** Plays Slack where none is configured: the log's one info line, or the terminal of the demo. */
export function createPrintedSink(
  print: (message: PrintedMessage) => void,
  now: () => Date = () => new Date(),
): Sink<SlackPost, SlackReceipt> {
  return {
    name: 'printed',
    deliver: async (post, previous) => {
      const edited = previous !== null && previous.ts !== null;
      print({
        channel: post.channel,
        place: post.thread === null ? 'channel' : 'thread',
        change: edited ? 'edited' : 'posted',
        text: plainText(post),
        notification: plainText({ ...post, content: { ...post.content, blocks: [] } }),
      });
      const at = now().toISOString();
      return { channel: post.channel, ts: edited ? previous.ts : at, at, digest: digestOf(post) };
    },
  };
}
