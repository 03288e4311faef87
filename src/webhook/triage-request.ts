import { type Static, Type } from 'typebox';
import { Refusal } from '../http/refusal.ts';
import { isNamespaceName, isObjectName, targetOf } from '../core/target.ts';
import type { TriageRequest } from '../queue/request-triage.ts';

/** The body of `POST /api/v1/triages`. */
export const triageRequestBody = Type.Object(
  {
    fingerprint: Type.Optional(
      Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$', description: 'Of an alert that is known', examples: ['798e7d059db24feb'] }),
    ),
    labels: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string>>>({
        type: 'object',
        additionalProperties: { type: 'string', maxLength: 4096 },
        maxProperties: 100,
        description: 'Labels of an alert that need not exist',
        examples: [{ alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-7d4f9c-x2x1z' }],
      }),
    ),
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'Why, for whoever reads the triage later' })),
  },
  { additionalProperties: false },
);

/** What may be asked for. */
export interface Askable {
  /** The alert names that a runbook claims. */
  readonly alertnames: readonly string[];
  /** Whether alerts with these labels are of a cluster that is diagnosed here. */
  readonly servesCluster: (labels: Readonly<Record<string, string>>) => boolean;
}

/** The request that a body makes. Throws a Refusal for labels that cannot be triaged. */
export function triageRequestOf(body: Static<typeof triageRequestBody>, askable: Askable): TriageRequest {
  const { fingerprint, labels, reason = null } = body;
  if (fingerprint !== undefined && labels !== undefined) throw new Refusal(400, 'give either fingerprint or labels, not both');
  if (fingerprint !== undefined) return { fingerprint, reason };
  if (labels === undefined) {
    throw new Refusal(
      400,
      'give the fingerprint of a known alert, or labels: {"labels":{"alertname":"KubePodNotReady","namespace":"…","pod":"…"}}',
    );
  }
  expectNames(labels);
  expectTarget(labels);
  expectRunbook(labels, askable);
  return { labels, reason };
}

const namespaceLabels = ['namespace', 'exported_namespace', 'kubernetes_namespace'];
const objectLabels = ['pod', 'exported_pod', 'pod_name', 'kubernetes_pod_name', 'node', 'exported_node', 'kubernetes_node'];

function expectNames(labels: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(labels)) {
    const fits = namespaceLabels.includes(name) ? isNamespaceName(value) : !objectLabels.includes(name) || isObjectName(value);
    if (!fits) throw new Refusal(400, `labels.${name}: ${JSON.stringify(value.slice(0, 100))} is not a name that Kubernetes accepts`);
  }
}

function expectTarget(labels: Readonly<Record<string, string>>): void {
  const { kind } = targetOf(labels);
  const namesPod = Object.hasOwn(labels, 'pod') || Object.hasOwn(labels, 'exported_pod');
  if (namesPod && kind !== 'pod') throw new Refusal(400, 'labels name a pod without its namespace');
  if (kind === 'cluster') throw new Refusal(400, 'labels name no namespace, pod or node: there is nothing to look at');
}

function expectRunbook(labels: Readonly<Record<string, string>>, { alertnames, servesCluster }: Askable): void {
  const alertname = Object.hasOwn(labels, 'alertname') ? labels['alertname'] : undefined;
  if (alertname === undefined || !alertnames.includes(alertname)) {
    const given =
      alertname === undefined ? 'labels have no alertname' : `no runbook claims the alertname ${JSON.stringify(alertname.slice(0, 100))}`;
    throw new Refusal(400, `${given}; claimed are ${alertnames.join(', ')}`);
  }
  if (!servesCluster(labels)) throw new Refusal(400, `the cluster ${JSON.stringify(labels['cluster'])} is not diagnosed here`);
}
