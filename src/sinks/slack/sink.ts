import { createHash } from 'node:crypto';
import { LogLevel, WebClient } from '@slack/web-api';
import type { Logger } from '@slack/web-api';
import type { DeliveryError, Sink } from '../sink.ts';
import type { SlackPost, SlackReceipt } from './content.ts';
import { findMessage } from './find-message.ts';
import { deliveryError, refusalCode } from './slack-error.ts';

export interface SlackSinkOptions {
  readonly token: string;
  /** Another base URL than Slack's, ending in `/api/`. */
  readonly apiUrl?: string | undefined;
  readonly now?: () => Date;
  /** Hears of what was delivered otherwise than asked: blocks that Slack refused, a history that may not be read. */
  readonly onWarning?: (message: string, error: DeliveryError) => void;
}

/** Refusals of the blocks alone: the plain text is then better than nothing. */
const blocksRefused = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);

/** Slack's clock and ours may differ. */
const clockSkewMs = 120_000;

/**
 * Slack through its Web API. A post with a receipt is edited in place; one whose posting was begun and never confirmed
 * (receipt without `ts`) is looked for first. An open message that a person deleted is posted anew.
 *
 * Nothing is retried in here, because the client would retry in memory and post twice; the delivery's job is what repeats.
 */
export function createSlackSink(options: SlackSinkOptions): Sink<SlackPost, SlackReceipt> {
  const client = new WebClient(options.token, {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: 10_000,
    allowAbsoluteUrls: false,
    logger: silent,
  });
  return { name: 'slack', deliver: (post, previous, signal) => deliver({ client, options, signal }, post, previous) };
}

interface Call {
  readonly client: WebClient;
  readonly options: SlackSinkOptions;
  /** Heeded between calls only: a call that is cut off leaves open whether it was done. */
  readonly signal: AbortSignal;
}

async function deliver(call: Call, post: SlackPost, previous: SlackReceipt | null): Promise<SlackReceipt> {
  try {
    const known = previous === null ? null : await standing(call, post, previous);
    if (known === null) return await send(call, post);
    return await update(call, post, known);
  } catch (error) {
    throw deliveryError(error);
  }
}

interface Standing {
  readonly channel: string;
  readonly ts: string;
}

async function standing(call: Call, post: SlackPost, previous: SlackReceipt): Promise<Standing | null> {
  if (previous.ts !== null) return { channel: previous.channel, ts: previous.ts };
  try {
    return await findMessage(call.client, post, Date.parse(previous.at) - clockSkewMs);
  } catch (error) {
    const failure = deliveryError(error);
    if (failure.retryable) throw failure;
    // A message that may stand there twice is better than one that may not stand there at all.
    call.options.onWarning?.('cannot look for a message whose answer was lost', failure);
    return null;
  }
}

async function send(call: Call, post: SlackPost): Promise<SlackReceipt> {
  const thread = post.thread === null ? {} : { thread_ts: post.thread };
  const quiet = { unfurl_links: false, unfurl_media: false, link_names: false, parse: 'none' } as const;
  const answer = await withBlocksOrText(call, post, (content) =>
    call.client.chat.postMessage({ channel: post.channel, ...thread, ...quiet, ...content }),
  );
  return { ...receipt(call, post), channel: answer.channel ?? post.channel, ts: answer.ts ?? null };
}

async function update(call: Call, post: SlackPost, known: Standing): Promise<SlackReceipt> {
  try {
    await withBlocksOrText(call, post, (content) => call.client.chat.update({ ...known, link_names: false, parse: 'none', ...content }));
    return { ...receipt(call, post), ...known };
  } catch (error) {
    if (refusalCode(error) !== 'message_not_found') throw error;
    return send(call, post);
  }
}

type Content = Pick<SlackPost['content'], 'text' | 'blocks' | 'metadata'>;

async function withBlocksOrText<Answer>(call: Call, { content }: SlackPost, write: (content: Content) => Promise<Answer>): Promise<Answer> {
  call.signal.throwIfAborted();
  try {
    return await write(content);
  } catch (error) {
    if (!blocksRefused.has(refusalCode(error) ?? '')) throw error;
    call.options.onWarning?.('blocks were refused, the plain text was sent', deliveryError(error));
    return write({ ...content, blocks: [], text: content.text.slice(0, 3000) });
  }
}

function receipt({ options }: Call, post: SlackPost): Pick<SlackReceipt, 'at' | 'digest'> {
  return { at: (options.now?.() ?? new Date()).toISOString(), digest: digestOf(post) };
}

/** Tells whether a post differs from what was delivered. */
export function digestOf({ content, thread }: SlackPost): string {
  return createHash('sha256')
    .update(JSON.stringify([content, thread]))
    .digest('base64url');
}

const ignore = (): void => undefined;

/** The client's own log would be mixed into ours; what it says comes back as errors. */
const silent: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: (): ReturnType<Logger['getLevel']> => LogLevel.ERROR,
  setName: ignore,
};
