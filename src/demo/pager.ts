import { type LoopbackServer, serveOnLoopback } from './loopback-server.ts';
import type { WebhookBody } from './webhook-body.ts';

/** Starts the pager: a webhook receiver on a free port that hands on every page. */
export async function startPager(onPage: (page: WebhookBody) => void): Promise<LoopbackServer> {
  return serveOnLoopback(0, ({ method, body }) => {
    if (method !== 'POST') return { status: 405 };
    onPage(JSON.parse(body) as WebhookBody);
    return { status: 200 };
  });
}
