import { labelsOf } from '../labels.ts';

/** Labels and annotations as kube-prometheus sends them, about 1 KB an alert. */
export function alertOf(pod: string): { labels: Record<string, string>; annotations: Record<string, string> } {
  return { labels: labelsOf(pod), annotations: { summary: `Pod shop/${pod} is not ready.`, description: 'x'.repeat(300) } };
}

/** A batch as Prometheus posts it, in its order of the fields; a tenth of its alerts, one at least, are of the pods known-0, known-1 and so on. */
export function batchOf(size: number): Buffer {
  const diagnosed = Math.max(1, Math.floor(size / 10));
  const startsAt = new Date().toISOString();
  const endsAt = new Date(Date.now() + 240_000).toISOString();
  const generatorURL = 'http://prometheus.example/graph';
  const alerts = Array.from({ length: size }, (_, index) => alertOf(index < diagnosed ? `known-${index}` : `unknown-${index}`));
  return Buffer.from(JSON.stringify(alerts.map(({ annotations, labels }) => ({ annotations, endsAt, startsAt, generatorURL, labels }))));
}
