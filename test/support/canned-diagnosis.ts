import type { Alert } from '../../src/core/alert.ts';
import { diagnosisSchema, type Diagnosis } from '../../src/core/diagnosis.ts';
import type { WebhookAlert } from './receiver.ts';

/** An alert of a webhook as the core has it. */
export function asAlert(alert: Pick<WebhookAlert, 'status' | 'labels' | 'annotations' | 'startsAt' | 'fingerprint'>): Alert {
  const { status, labels, annotations, startsAt, fingerprint } = alert;
  return { alertname: labels['alertname'] ?? '', fingerprint, status, startsAt, endsAt: null, labels, annotations, generatorUrl: '' };
}

/** A diagnosis with a root cause, as a triage of the alert would give it. */
export function cannedDiagnosis(alert: Alert, changes: Partial<Diagnosis> = {}): Diagnosis {
  return {
    schema: diagnosisSchema,
    id: `triage-${alert.fingerprint}`,
    startedAt: '2026-03-14T10:30:00.000Z',
    durationMs: 412,
    alert: {
      alertname: alert.alertname,
      fingerprint: alert.fingerprint,
      status: alert.status,
      startsAt: alert.startsAt,
      labels: alert.labels,
      annotations: alert.annotations,
    },
    target: { kind: 'pod', cluster: null, namespace: 'shop', name: alert.labels['pod'] ?? '', node: 'worker-3' },
    outcome: 'root-cause',
    headline: 'Pod CIDR of node worker-3 has no free address: 254 of 254 are held by live pods',
    runbook: 'PodIPConflict',
    rootCause: {
      id: 'ip-pool-exhausted',
      detail: 'node-range-full',
      title: 'Pod CIDR of node worker-3 has no free address',
      confidence: 'certain',
      subject: { kind: 'Node', namespace: null, name: 'worker-3' },
      summary: '254 of 254 addresses of 10.244.3.0/24 are held by live pods.',
      evidence: ['e1'],
    },
    alternatives: [],
    symptoms: [],
    steps: [],
    rules: [],
    evidence: [],
    timeline: [],
    impact: { pods: 1, nodes: 1, namespaces: ['shop'], services: [] },
    nextActions: [],
    unchecked: [],
    ...changes,
  };
}
