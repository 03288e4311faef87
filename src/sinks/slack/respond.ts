import { DeliveryError } from '../sink.ts';

/**
 * Answers the person who pressed a button, visibly to them alone. Only Slack's own address, or the one that stands in for
 * it, is called, because the response URL comes from a request. Never rejects: the button has done its work by then.
 */
export function slackResponder(
  onError: (error: unknown) => void,
  apiUrl = 'https://slack.com/api/',
): (responseUrl: string, text: string) => Promise<void> {
  const trusted = new URL(apiUrl).origin;
  return async (responseUrl, text) => {
    try {
      await respond(slacksUrl(responseUrl, trusted), text);
    } catch (error) {
      onError(error);
    }
  };
}

function slacksUrl(responseUrl: string, trusted: string): URL {
  const url = new URL(responseUrl);
  if (url.origin === 'https://hooks.slack.com' || url.origin === trusted) return url;
  throw new DeliveryError(`The response URL is not Slack's: ${url.origin}`, { retryable: false });
}

async function respond(url: URL, text: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
    redirect: 'error',
    // Slack waits three seconds for the answer to the press itself.
    signal: AbortSignal.timeout(2_000),
  });
  if (!answer.ok) throw new DeliveryError(`Slack did not take the answer: status ${answer.status}`, { retryable: false });
}
