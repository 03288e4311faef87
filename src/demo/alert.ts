import type { PodName } from './recorded-cluster.ts';

/** An alert as Prometheus posts it to Alertmanager. */
export interface DemoAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** Long enough for a look around: no Prometheus sends it again. */
const lastsMs = 4 * 3_600_000;

/** KubePodNotReady as the rule of kube-prometheus words it. */
export function notReadyAlert({ namespace, name }: PodName, now: Date): DemoAlert {
  return {
    labels: { alertname: 'KubePodNotReady', namespace, pod: name, severity: 'critical' },
    annotations: {
      summary: 'Pod has been in a non-ready state for more than 15 minutes.',
      description: `Pod ${namespace}/${name} has been in a non-ready state for longer than 15 minutes.`,
    },
    startsAt: now.toISOString(),
    endsAt: new Date(now.getTime() + lastsMs).toISOString(),
    generatorURL: 'http://prometheus.example/graph',
  };
}

/** Posts alerts to Alertmanager's API v2. */
export async function postAlerts(alertmanager: string, alerts: readonly DemoAlert[]): Promise<void> {
  const answer = await fetch(`${alertmanager}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  if (!answer.ok) throw new Error(`Alertmanager refused the alert: ${answer.status} ${await answer.text()}`);
}

interface ListedAlert {
  readonly fingerprint: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The alert about a pod as Alertmanager lists it; undefined where it lists none. */
export async function listedAlert(alertmanager: string, { namespace, name }: PodName): Promise<ListedAlert | undefined> {
  const filters = new URLSearchParams([
    ['filter', `namespace="${namespace}"`],
    ['filter', `pod="${name}"`],
  ]);
  const answer = await fetch(`${alertmanager}/api/v2/alerts?${filters.toString()}`);
  return ((await answer.json()) as ListedAlert[])[0];
}
