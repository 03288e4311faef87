import { DeliveryError } from '../sink.ts';

/**
 * Answers the person who pressed a button, visibly to them alone. Only Slack's own address, or the one that stands in for
 * it, is called: the response URL comes from a request.
 */
export function slackResponder(apiUrl = 'https://slack.com/api/'): (responseUrl: string, text: string) => Promise<void> {
  const trusted = new URL(apiUrl);
  return async (responseUrl, text) => {
    const url = new URL(responseUrl);
    const slacks = url.protocol === 'https:' && url.hostname === 'hooks.slack.com';
    if (!slacks && url.origin !== trusted.origin) {
      throw new DeliveryError(`The response URL is not Slack's: ${url.origin}`, { retryable: false });
    }
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new DeliveryError(`Slack did not take the answer: status ${answer.status}`, { retryable: answer.status >= 500 });
  };
}
