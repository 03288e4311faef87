import { parseMatchers, matchesAll } from '../core/matchers.ts';
import type { AlertmanagerPlace, DemoAlertmanager } from './demo-alertmanager.ts';
import { AlertBook, type PostedAlert } from './alert-book.ts';
import { type Answered, type Asked, serveOnLoopback } from './loopback-server.ts';
import { alertmanagerConfig, pagerGroupWaitMs, type Receivers } from './routes.ts';
import type { WebhookAlert } from './webhook-body.ts';

/**
 * Plays Alertmanager's part: takes and lists alerts by its API v2, sends each new one to the triage at once and to the pager
 * after its group_wait. No grouping beyond the single alert, no silences, no repeats.
 */
export async function startPlayedAlertmanager({ port, receivers }: AlertmanagerPlace): Promise<DemoAlertmanager> {
  const timers = new Set<NodeJS.Timeout>();
  const book = new AlertBook();
  const play = (alerts: readonly PostedAlert[]): void => {
    for (const alert of alerts) {
      const { change, current } = book.take(alert);
      if (change === 'none') continue;
      void tell(receivers.triageUrl, 'triage', current);
      if (change === 'resolved') void tell(receivers.pagerUrl, 'pager', current);
      else timers.add(setTimeout(() => page(book, current.fingerprint, receivers), pagerGroupWaitMs));
    }
  };
  const server = await serveOnLoopback(port, (asked) => answer(asked, { book, play, receivers }));
  return {
    url: server.url,
    who: 'played by this demo: no prometheus-alertmanager is installed',
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      await server[Symbol.asyncDispose]();
    },
  };
}

interface Parts {
  readonly book: AlertBook;
  readonly play: (alerts: readonly PostedAlert[]) => void;
  readonly receivers: Receivers;
}

function answer({ method, url, body }: Asked, { book, play, receivers }: Parts): Answered {
  switch (`${method} ${url.pathname}`) {
    case 'GET /-/ready':
      return { status: 200 };
    case 'GET /api/v2/status':
      return {
        status: 200,
        json: {
          versionInfo: { version: 'played' },
          cluster: { status: 'disabled' },
          config: { original: JSON.stringify(alertmanagerConfig(receivers)) },
        },
      };
    case 'GET /api/v2/alerts': {
      const matchers = url.searchParams.getAll('filter').flatMap(parseMatchers);
      return { status: 200, json: book.firing().filter(({ labels }) => matchesAll(matchers, labels)) };
    }
    case 'POST /api/v2/alerts':
      play(JSON.parse(body) as PostedAlert[]);
      return { status: 200 };
    default:
      return { status: 404 };
  }
}

/** What the pager gets is the alert as it is by then, with whatever annotations it has been given. */
function page(book: AlertBook, fingerprint: string, { pagerUrl }: Receivers): void {
  const alert = book.firing().find((one) => one.fingerprint === fingerprint);
  if (alert !== undefined) void tell(pagerUrl, 'pager', alert);
}

async function tell(url: string, receiver: string, alert: WebhookAlert): Promise<void> {
  const body = {
    version: '4',
    groupKey: `{}:${alert.fingerprint}`,
    receiver,
    status: alert.status,
    alerts: [alert],
    groupLabels: alert.labels,
    commonLabels: alert.labels,
    commonAnnotations: alert.annotations,
    externalURL: '',
    truncatedAlerts: 0,
  };
  await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).catch(() => {
    // The demo is ending, and the receiver with it.
  });
}
