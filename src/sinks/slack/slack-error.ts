import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { DeliveryError } from '../sink.ts';

/** Platform errors that pass by themselves (docs.slack.dev, errors of chat.postMessage); every other one needs a person. */
const passing = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
]);

/** What a person has to do about the refusals that installations meet. */
const cures: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the app to the channel (/invite)',
  channel_not_found: 'check the channel; a private one needs the app as a member',
  is_archived: 'unarchive the channel or route to another',
  invalid_auth: 'check SLACK_BOT_TOKEN',
  not_authed: 'set SLACK_BOT_TOKEN',
  token_revoked: 'install the app again and set the new SLACK_BOT_TOKEN',
  token_expired: 'set a fresh SLACK_BOT_TOKEN',
  account_inactive: 'install the app again and set the new SLACK_BOT_TOKEN',
  missing_scope: 'give the app the scopes that the README lists and install it again',
};

/** Slack's error code of a refusal, e.g. `not_in_channel`; undefined where Slack did not answer or answered otherwise. */
export function refusalCode(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

/** What the Web API client threw, as a DeliveryError that says whether and when to try again. It holds no token and no message text. */
export function deliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof WebAPIRateLimitedError) {
    return new DeliveryError('Slack is rate limiting', { retryable: true, retryAfterMs: error.retryAfter * 1000 }, { cause: error });
  }
  if (error instanceof WebAPIPlatformError) {
    const { error: code } = error.data;
    const cure = cures[code];
    return new DeliveryError(
      `Slack refused: ${code}${cure === undefined ? '' : `; ${cure}`}`,
      { retryable: passing.has(code) },
      { cause: error },
    );
  }
  if (error instanceof WebAPIHTTPError) {
    const { statusCode } = error;
    return new DeliveryError(
      `Slack answered with status ${statusCode}`,
      { retryable: statusCode >= 500 || statusCode === 408 },
      { cause: error },
    );
  }
  if (error instanceof WebAPIRequestError) {
    return new DeliveryError(`Slack did not answer: ${error.original.message}`, { retryable: true }, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new DeliveryError(`The call to Slack failed: ${message}`, { retryable: true }, { cause: error });
}
