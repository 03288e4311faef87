import { request } from 'undici';
import type { SlackConfig } from '../../config/config.ts';
import { bad, good, type Remark, unknown } from './remark.ts';

interface SlackAnswer {
  readonly ok: boolean;
  readonly error?: string;
  readonly team?: string;
  readonly user?: string;
  readonly channel?: SlackChannel;
  readonly channels?: readonly SlackChannel[];
  readonly response_metadata?: { readonly next_cursor?: string };
}

interface SlackChannel {
  readonly id?: string;
  readonly name?: string;
  readonly is_member?: boolean;
  readonly is_archived?: boolean;
}

interface Called extends SlackAnswer {
  /** Scopes of the token, from the header that Slack adds; null where there was none. */
  readonly scopes: readonly string[] | null;
}

type Call = (method: string, form?: Readonly<Record<string, string>>) => Promise<Called>;

/** Without chat:write nothing is posted; with the others a message whose answer was lost is found again instead of posted twice. */
const scopes = ['chat:write', 'channels:read', 'channels:history', 'groups:read', 'groups:history'];
const slackUrl = 'https://slack.com/api/';
const timeoutMs = 10_000;
const mostPages = 20;

/** Whether the token works, what it may do, and whether the app is in every channel that it posts to. Posts nothing. */
export async function slackRemarks(
  { botToken, apiUrl, signingSecret }: SlackConfig,
  channels: readonly string[],
): Promise<readonly Remark[]> {
  if (botToken === null) {
    return [
      unknown('Slack', {
        what: 'SLACK_BOT_TOKEN is not set: messages are logged, not posted',
        cure: 'set SLACK_BOT_TOKEN and SLACK_CHANNEL',
      }),
    ];
  }
  const call = caller(apiUrl ?? slackUrl, botToken.reveal());
  try {
    const self = await call('auth.test');
    if (!self.ok)
      return [
        bad('Slack', { what: `the token is refused: ${self.error ?? ''}`, cure: 'install the app again and set its new SLACK_BOT_TOKEN' }),
      ];
    const remarks = [
      good('Slack', `the token is of ${self.user ?? 'the app'} in ${self.team ?? 'the workspace'}`),
      scopeRemark(self.scopes),
    ];
    for (const channel of channels) remarks.push(await channelRemark(call, channel));
    if (signingSecret === null) {
      remarks.push(
        unknown('Slack', { what: 'SLACK_SIGNING_SECRET is not set: the buttons do not work', cure: 'set SLACK_SIGNING_SECRET' }),
      );
    }
    return remarks;
  } catch (error) {
    const what = `does not answer: ${error instanceof Error ? error.message : String(error)}`;
    return [bad('Slack', { what, cure: 'check whether this process may reach Slack, and SLACK_API_URL' })];
  }
}

function caller(apiUrl: string, token: string): Call {
  return async (method, form = {}) => {
    const { headers, body } = await request(apiUrl + method, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const granted = headers['x-oauth-scopes'];
    return { ...((await body.json()) as SlackAnswer), scopes: granted === undefined ? null : String(granted).split(/\s*,\s*/) };
  };
}

function scopeRemark(granted: readonly string[] | null): Remark {
  if (granted === null)
    return unknown('Slack', { what: 'did not say which scopes the token has', cure: `compare them with ${scopes.join(', ')}` });
  const missing = scopes.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return good('Slack', 'the token has every scope that is needed');
  return bad('Slack', {
    what: `the token lacks ${missing.join(', ')}`,
    cure: 'add the scopes under OAuth & Permissions and install the app again',
  });
}

async function channelRemark(call: Call, channel: string): Promise<Remark> {
  const found = await find(call, channel);
  if (found === null) {
    return bad('Slack', {
      what: `the app sees no channel ${channel}`,
      cure: `correct the name, or invite the app to it where it is private: /invite`,
    });
  }
  if ('error' in found) {
    return unknown('Slack', { what: `${channel} can't be looked up: ${found.error}`, cure: 'give the app channels:read and groups:read' });
  }
  if (found.is_archived === true) return bad('Slack', { what: `${channel} is archived`, cure: 'unarchive it or name another channel' });
  if (found.is_member !== true) return bad('Slack', { what: `the app is not in ${channel}`, cure: `invite it: /invite in ${channel}` });
  return good('Slack', `the app is in ${channel}`);
}

/** A channel by id or name; null where there is none that the app sees. */
async function find(call: Call, channel: string): Promise<SlackChannel | { readonly error: string } | null> {
  if (/^[CDG][A-Z0-9]{7,}$/.test(channel)) {
    const { ok, error = '', channel: found } = await call('conversations.info', { channel });
    if (ok) return found ?? null;
    return error === 'channel_not_found' ? null : { error };
  }
  const name = channel.replace(/^#/, '');
  let cursor = '';
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await call('conversations.list', { types: 'public_channel,private_channel', limit: '1000', cursor });
    if (!answer.ok) return { error: answer.error ?? '' };
    const found = answer.channels?.find((one) => one.name === name);
    if (found !== undefined) return found;
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  return { error: `not among the first ${mostPages * 1000} channels` };
}
