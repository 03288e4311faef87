import type { WebClient } from '@slack/web-api';
import type { SlackMetadata, SlackPost } from './content.ts';

/** A message as it stands in Slack. */
export interface FoundMessage {
  readonly channel: string;
  readonly ts: string;
}

interface HistoryMessage {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
}

const mostPages = 10;

/** Looks among the messages since `sinceMs` for the one with this post's metadata; null where there is none. */
export async function findMessage(client: WebClient, post: SlackPost, sinceMs: number): Promise<FoundMessage | null> {
  const channel = await channelId(client, post.channel);
  if (channel === null) return null;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query = {
      channel,
      oldest: (sinceMs / 1000).toFixed(6),
      limit: 200,
      include_all_metadata: true,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const answer =
      post.thread === null ? await client.conversations.history(query) : await client.conversations.replies({ ...query, ts: post.thread });
    const found = (answer.messages ?? []).find((message) => isOurs(message, post.content.metadata));
    if (found?.ts !== undefined) return { channel, ts: found.ts };
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return null;
  }
  return null;
}

/** The id of a channel that may be given by its name; null where the app sees no such channel. */
async function channelId(client: WebClient, channel: string): Promise<string | null> {
  if (/^[CDG][A-Z0-9]{7,}$/.test(channel)) return channel;
  const name = channel.replace(/^#/, '');
  const pages = client.paginate('conversations.list', { types: 'public_channel,private_channel', limit: 1000 });
  for await (const page of pages) {
    const { channels = [] } = page as { channels?: readonly { readonly id?: string; readonly name?: string }[] };
    const id = channels.find((one) => one.name === name)?.id;
    if (id !== undefined) return id;
  }
  return null;
}

function isOurs({ metadata }: HistoryMessage, { event_type, event_payload }: SlackMetadata): boolean {
  if (metadata?.event_type !== event_type) return false;
  const theirs = new Map<string, unknown>(Object.entries(metadata.event_payload ?? {}));
  return Object.entries(event_payload).every(([key, value]) => theirs.get(key) === value);
}
