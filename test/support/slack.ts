import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { blockErrors, charactersOf } from './slack-limits.ts';

/** A channel of the workspace as the app sees it. */
export interface TestChannel {
  readonly id: string;
  readonly name: string;
  member: boolean;
  archived: boolean;
}

/** A message as it stands in a channel or thread. */
export interface TestMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  text: string;
  blocks: unknown[];
  metadata: { readonly event_type: string; readonly event_payload: Record<string, unknown> } | null;
  edits: number;
}

/** What one coming call meets instead of a plain answer. */
export type Fault =
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'refuse-connection' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'rate-limit'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'error'; readonly error: string };

/** A call as it arrived; `error` is Slack's code, null where it was done. */
export interface TestCall {
  readonly method: string;
  readonly channel: string | null;
  readonly atMs: number;
  readonly error: string | null;
}

/** Slack's Web API on a loopback port, as strict as the original in what our messages meet. */
export interface TestSlack extends AsyncDisposable {
  /** Base URL, ending in `/api/`. */
  readonly apiUrl: string;
  readonly token: string;
  readonly calls: readonly TestCall[];
  readonly messages: readonly TestMessage[];
  /** Top-level messages of a channel, oldest first. */
  inChannel(id: string): readonly TestMessage[];
  addChannel(channel: Partial<TestChannel> & { id: string; name: string }): TestChannel;
  /** The next call of the method meets this; several wait in line. */
  next(method: string, fault: Fault): void;
  /** A person deletes a message. */
  remove(ts: string): void;
  revokeToken(): void;
  close(): Promise<void>;
}

export interface SlackSettings {
  /** Posts a second that a channel takes; Slack's is about 1. */
  readonly postsPerSecond?: number;
  /** Posts that a channel takes at once before the rate counts. */
  readonly burst?: number;
}

type Arguments = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>>;

/** Raised by a method: Slack's error code, and for 429 after how many seconds to come again. */
class SlackRefusal extends Error {
  readonly retryAfter: number | null;
  readonly messages: readonly string[];
  constructor(code: string, more: { retryAfter?: number; messages?: readonly string[] } = {}) {
    super(code);
    this.retryAfter = more.retryAfter ?? null;
    this.messages = more.messages ?? [];
  }
}

class Workspace {
  readonly token = 'xoxb-test-1';
  readonly calls: TestCall[] = [];
  readonly messages: TestMessage[] = [];
  readonly channels: TestChannel[] = [];
  readonly faults = new Map<string, Fault[]>();
  readonly #tokens = new Map<string, { level: number; atMs: number }>();
  readonly #settings: Required<SlackSettings>;
  valid = true;
  #lastTs = 0;

  constructor(settings: SlackSettings) {
    this.#settings = { postsPerSecond: settings.postsPerSecond ?? 1, burst: settings.burst ?? 1 };
  }

  readonly methods: Readonly<Record<string, (given: Arguments) => Answer>> = {
    'auth.test': () => ({
      url: 'https://test.slack.com/',
      team: 'Test',
      user: 'podnet-triage',
      team_id: 'T1',
      user_id: 'U0BOT',
      bot_id: 'B1',
    }),
    'chat.postMessage': (given) => this.#post(given),
    'chat.update': (given) => this.#update(given),
    'conversations.info': (given) => ({ channel: infoOf(this.#byId(given['channel'])) }),
    'conversations.list': (given) => this.#list(given),
    'conversations.history': (given) => this.#history(given),
    'conversations.replies': (given) => this.#replies(given),
  };

  #post(given: Arguments): Answer {
    const channel = this.#byIdOrName(given['channel']);
    if (channel.archived) throw new SlackRefusal('is_archived');
    if (!channel.member) throw new SlackRefusal('not_in_channel');
    const content = contentOf(given);
    const threadTs = typeof given['thread_ts'] === 'string' ? given['thread_ts'] : null;
    if (threadTs !== null && !this.messages.some(({ ts }) => ts === threadTs)) throw new SlackRefusal('thread_not_found');
    this.#countPost(channel.id);
    const message: TestMessage = { channel: channel.id, ts: this.#ts(), threadTs, edits: 0, ...content };
    this.messages.push(message);
    return { channel: channel.id, ts: message.ts, message: shown(message, { metadata: true }) };
  }

  #update(given: Arguments): Answer {
    const channel = this.#byId(given['channel']);
    if (channel.archived) throw new SlackRefusal('is_archived');
    const message = this.messages.find(({ ts, channel: id }) => ts === given['ts'] && id === channel.id);
    if (message === undefined) throw new SlackRefusal('message_not_found');
    const content = contentOf(given);
    if (content.text.length > 4000) throw new SlackRefusal('msg_too_long');
    Object.assign(message, { ...content, metadata: content.metadata ?? message.metadata, edits: message.edits + 1 });
    return { channel: channel.id, ts: message.ts, text: message.text };
  }

  #history(given: Arguments): Answer {
    const channel = this.#byId(given['channel']);
    if (!channel.member) throw new SlackRefusal('not_in_channel');
    return page(this.messages.filter((one) => one.channel === channel.id && one.threadTs === null).toReversed(), given);
  }

  #replies(given: Arguments): Answer {
    const channel = this.#byId(given['channel']);
    if (!channel.member) throw new SlackRefusal('not_in_channel');
    const thread = this.messages.filter((one) => one.channel === channel.id && (one.ts === given['ts'] || one.threadTs === given['ts']));
    if (thread.length === 0) throw new SlackRefusal('thread_not_found');
    return page(thread, given);
  }

  #list(given: Arguments): Answer {
    const start = given['cursor'] === undefined ? 0 : Number(given['cursor']);
    const end = start + Math.min(Number(given['limit'] ?? 100), 1000);
    const next = end < this.channels.length ? String(end) : '';
    return { channels: this.channels.slice(start, end).map(infoOf), response_metadata: { next_cursor: next } };
  }

  #byId(id: unknown): TestChannel {
    const found = this.channels.find((channel) => channel.id === id);
    if (found === undefined) throw new SlackRefusal('channel_not_found');
    return found;
  }

  #byIdOrName(value: unknown): TestChannel {
    const name = String(value).replace(/^#/, '');
    const found = this.channels.find((channel) => channel.id === value || channel.name === name);
    if (found === undefined) throw new SlackRefusal('channel_not_found');
    return found;
  }

  #countPost(channel: string): void {
    const { postsPerSecond, burst } = this.#settings;
    const now = Date.now();
    const bucket = this.#tokens.get(channel) ?? { level: burst, atMs: now };
    const level = Math.min(burst, bucket.level + ((now - bucket.atMs) / 1000) * postsPerSecond);
    if (level < 1) throw new SlackRefusal('ratelimited', { retryAfter: Math.max(1, Math.ceil((1 - level) / postsPerSecond)) });
    this.#tokens.set(channel, { level: level - 1, atMs: now });
  }

  #ts(): string {
    this.#lastTs = Math.max(this.#lastTs + 1, Date.now() * 1000);
    return `${Math.floor(this.#lastTs / 1e6)}.${String(this.#lastTs % 1e6).padStart(6, '0')}`;
  }
}

/** Starts it with one channel, C0ALERTS (#alerts), of which the app is a member. */
export async function startSlack(settings: SlackSettings = {}): Promise<TestSlack> {
  const workspace = new Workspace(settings);
  const addChannel: TestSlack['addChannel'] = (given) => {
    const channel = { member: true, archived: false, ...given };
    workspace.channels.push(channel);
    return channel;
  };
  addChannel({ id: 'C0ALERTS1', name: 'alerts' });

  const server = createServer((request, response) => {
    handle(workspace, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    token: workspace.token,
    calls: workspace.calls,
    messages: workspace.messages,
    inChannel: (id) => workspace.messages.filter((one) => one.channel === id && one.threadTs === null),
    addChannel,
    next: (method, fault) => void workspace.faults.set(method, [...(workspace.faults.get(method) ?? []), fault]),
    remove: (ts) =>
      void workspace.messages.splice(
        workspace.messages.findIndex((one) => one.ts === ts),
        1,
      ),
    revokeToken: () => void (workspace.valid = false),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function handle(workspace: Workspace, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = (request.url ?? '').replace(/^\/api\//, '');
  const given = argumentsOf(await bodyOf(request), request.headers['content-type'] ?? '');
  const fault = workspace.faults.get(method)?.shift();
  if (fault?.kind === 'refuse-connection') return void request.socket.destroy();
  if (fault?.kind === 'status') return void response.writeHead(fault.status).end('upstream trouble');

  let refusal: SlackRefusal | null = null;
  let answer: Answer = {};
  try {
    answer = perform(workspace, { method, given, fault, authorization: request.headers.authorization });
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    refusal = error;
  }
  const channel = typeof given['channel'] === 'string' ? given['channel'] : null;
  workspace.calls.push({ method, channel, atMs: Date.now(), error: refusal?.message ?? null });
  if (fault?.kind === 'lose-answer') return void request.socket.destroy();
  if (fault?.kind === 'slow') await delay(fault.ms);
  write(response, answer, refusal);
}

interface Called {
  readonly method: string;
  readonly given: Arguments;
  readonly fault: Fault | undefined;
  readonly authorization: string | undefined;
}

function perform(workspace: Workspace, { method, given, fault, authorization }: Called): Answer {
  if (fault?.kind === 'rate-limit') throw new SlackRefusal('ratelimited', { retryAfter: fault.seconds });
  if (fault?.kind === 'error') throw new SlackRefusal(fault.error);
  const token = authorization?.replace(/^Bearer /, '') ?? given['token'];
  if (token === undefined) throw new SlackRefusal('not_authed');
  if (token !== workspace.token) throw new SlackRefusal('invalid_auth');
  if (!workspace.valid) throw new SlackRefusal('token_revoked');
  const perform = workspace.methods[method];
  if (perform === undefined) throw new SlackRefusal('unknown_method');
  return perform(given);
}

function write(response: ServerResponse, answer: Answer, refusal: SlackRefusal | null): void {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  if (refusal === null) return void response.writeHead(200, json).end(JSON.stringify({ ok: true, ...answer }));
  const body = JSON.stringify({ ok: false, error: refusal.message, response_metadata: { messages: refusal.messages } });
  if (refusal.retryAfter === null) return void response.writeHead(200, json).end(body);
  response.writeHead(429, { ...json, 'retry-after': String(refusal.retryAfter) }).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Form fields hold JSON for what is structured, as the SDK sends it; JSON bodies are taken as they are. */
function argumentsOf(body: string, contentType: string): Arguments {
  if (contentType.startsWith('application/json')) return JSON.parse(body) as Arguments;
  const fields = Object.fromEntries(new URLSearchParams(body));
  const structured = ['blocks', 'metadata', 'attachments'];
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, structured.includes(key) ? JSON.parse(value) : value]));
}

function contentOf(given: Arguments): Pick<TestMessage, 'text' | 'blocks' | 'metadata'> {
  const text = typeof given['text'] === 'string' ? given['text'] : '';
  const blocks = (given['blocks'] ?? []) as unknown[];
  if (text === '' && blocks.length === 0) throw new SlackRefusal('no_text');
  if (text.length > 40_000) throw new SlackRefusal('msg_too_long');
  const errors = blockErrors(blocks);
  if (errors.length > 0) throw new SlackRefusal('invalid_blocks', { messages: errors.map((error) => `[ERROR] ${error}`) });
  if (charactersOf(blocks) > 13_200) throw new SlackRefusal('msg_blocks_too_long');
  return { text, blocks, metadata: metadataOf(given['metadata']) };
}

function metadataOf(given: unknown): TestMessage['metadata'] {
  if (given === undefined) return null;
  const { event_type: type, event_payload: payload } = given as { event_type?: unknown; event_payload?: unknown };
  const good = typeof type === 'string' && /^\w+$/.test(type) && typeof payload === 'object' && payload !== null;
  if (!good) throw new SlackRefusal('invalid_metadata_format');
  if (JSON.stringify(payload).length > 8000) throw new SlackRefusal('metadata_too_large');
  return given as NonNullable<TestMessage['metadata']>;
}

function infoOf({ id, name, member, archived }: TestChannel): Answer {
  return { id, name, is_channel: true, is_member: member, is_archived: archived };
}

function shown(message: TestMessage, { metadata }: { metadata: boolean }): Answer {
  const { ts, text, blocks, threadTs } = message;
  const parts = { type: 'message', user: 'U0BOT', bot_id: 'B1', ts, text, blocks };
  return {
    ...parts,
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
    ...(metadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

/** `oldest` is exclusive unless `inclusive`; metadata comes only when it is asked for. */
function page(messages: readonly TestMessage[], given: Arguments): Answer {
  const oldest = Number(given['oldest'] ?? 0);
  const inclusive = String(given['inclusive']) === 'true';
  const within = messages.filter(({ ts }) => (inclusive ? Number(ts) >= oldest : Number(ts) > oldest));
  const start = given['cursor'] === undefined ? 0 : Number(given['cursor']);
  const end = start + Math.min(Number(given['limit'] ?? 100), 999);
  const metadata = String(given['include_all_metadata']) === 'true';
  return {
    messages: within.slice(start, end).map((message) => shown(message, { metadata })),
    has_more: end < within.length,
    response_metadata: { next_cursor: end < within.length ? String(end) : '' },
  };
}
