import * as fc from 'fast-check';
import { causeIds } from '../../src/core/causes.ts';
import type { Diagnosis, DiagnosedCause, DiagnosedRule, DiagnosedStep, EvidenceItem } from '../../src/core/diagnosis.ts';
import type { Incident, IncidentAlert } from '../../src/incidents/incident.ts';

const at = (clock: string): string => `2026-11-21T${clock}Z`;

/** A diagnosis as a triage writes it, with what matters to a test put over it. */
export function diagnosisOf(given: Partial<Diagnosis> = {}): Diagnosis {
  return { ...poolExhausted, ...given };
}

/** An open incident with one alert for the diagnosis, with what matters to a test put over it. */
export function incidentOf(diagnosis: Diagnosis, given: Partial<Incident> = {}): Incident {
  const { rootCause, headline, impact, id, target, startedAt } = diagnosis;
  return {
    id: 'inc-1',
    status: 'open',
    rootCause: rootCause?.id ?? null,
    subject: rootCause?.subject ?? null,
    headline,
    firstSeen: startedAt,
    lastSeen: startedAt,
    resolvedAt: null,
    alerts: [alertOf(0, { namespace: target.namespace, pod: target.kind === 'pod' ? target.name : null, node: target.node, triage: id })],
    impact,
    slack: [],
    triage: id,
    ...given,
  };
}

/** The nth alert of an incident. */
export function alertOf(index: number, given: Partial<IncidentAlert> = {}): IncidentAlert {
  const fingerprint = (0x798e7d059db24000 + index).toString(16).padStart(16, '0');
  return {
    fingerprint,
    status: 'firing',
    namespace: `team-${index % 7}`,
    pod: `web-${index}`,
    node: 'worker-3',
    triage: `t-${index}`,
    ...given,
  };
}

interface GivenEvidence {
  readonly at?: string;
  readonly text?: string;
  readonly source: Partial<EvidenceItem['source']> & { kind: string };
}

function evidence(id: string, given: GivenEvidence): EvidenceItem {
  return {
    id,
    at: given.at ?? null,
    text: given.text ?? '',
    source: { namespace: null, name: null, container: null, field: null, ...given.source },
  };
}

function rule(number: number, title: string, given: Partial<DiagnosedRule> = {}): DiagnosedRule {
  return { runbook: 'PodIPConflict', number, title, verdict: 'ruled-out', why: '', evidence: [], ...given };
}

function step(number: number, title: string, given: Partial<DiagnosedStep> = {}): DiagnosedStep {
  return { runbook: 'PodIPConflict', number, title, status: 'done', why: '', durationMs: 12, evidence: [], ...given };
}

const poolExhausted: Diagnosis = {
  schema: 'podnet-triage/diagnosis/v1',
  id: 't-20261121-100311-798e7d05',
  startedAt: at('10:03:11.200'),
  durationMs: 412,
  alert: {
    alertname: 'KubeNetworkPluginError',
    fingerprint: '798e7d059db24feb',
    status: 'firing',
    startsAt: at('10:03:10'),
    labels: { alertname: 'KubeNetworkPluginError', namespace: 'shop', pod: 'checkout-7d4f9c6b5-x2x8p', severity: 'critical' },
    annotations: { summary: 'Network plugin errors on worker-3' },
  },
  target: { kind: 'pod', cluster: 'prod-eu', namespace: 'shop', name: 'checkout-7d4f9c6b5-x2x8p', node: 'worker-3' },
  outcome: 'root-cause',
  headline: 'Pod CIDR 10.244.3.0/26 of node worker-3 has no free address',
  runbook: 'PodIPConflict',
  rootCause: {
    id: 'ip-pool-exhausted',
    detail: 'node-range-full',
    title: 'Pod CIDR 10.244.3.0/26 of node worker-3 has no free address',
    confidence: 'certain',
    subject: { kind: 'Node', namespace: null, name: 'worker-3' },
    summary: 'All 61 usable addresses of 10.244.3.0/26 are held by 61 live pods on worker-3; 4 more pods wait there for an address.',
    evidence: ['e1', 'e2'],
  },
  alternatives: [],
  symptoms: [
    {
      id: 'app-readiness-probe-failing',
      detail: null,
      title: 'Readiness of shop/checkout fails since its pod has no address',
      confidence: 'likely',
      subject: { kind: 'Pod', namespace: 'shop', name: 'checkout-7d4f9c6b5-x2x8p' },
      summary: 'The pod never became Ready.',
      evidence: ['e3'],
    },
  ],
  steps: [
    step(1, 'Describe the pod', { evidence: ['e3'] }),
    step(2, 'Read its events in order of time', { evidence: ['e1'] }),
    step(3, "List every pod's addresses", { durationMs: 188, evidence: ['e2'] }),
    step(4, 'Check the network plugin pods'),
    step(5, 'Read the network plugin logs', { status: 'partial', why: 'the previous log of calico-node-x7k2p is gone' }),
    step(6, 'Check the CIDRs of pods, nodes and services', { evidence: ['e2'] }),
  ],
  rules: [
    rule(1, 'Events name an address allocation failure', {
      verdict: 'matched',
      why: 'FailedCreatePodSandBox: no IP addresses available in range set',
      evidence: ['e1'],
    }),
    rule(2, 'Live pods share an address', { why: '214 live pods hold 214 different addresses' }),
    rule(3, 'The network plugin is unhealthy on the nodes concerned', { why: 'flannel is Ready on worker-3 for 12 d' }),
    rule(4, "The plugin's logs or its pools show exhaustion", { verdict: 'matched', why: '61 of 61 addresses in use', evidence: ['e2'] }),
    rule(5, 'CIDRs overlap', { why: 'does not apply: allocation fails' }),
    rule(6, 'Nodes were added without a CIDR of their own', { why: 'the newest node is 40 d old' }),
    rule(7, 'Versions, fixed addresses, several plugins, corrupt allocation state', {
      verdict: 'unknown',
      why: 'the files of host-local on worker-3 cannot be read through the API',
    }),
  ],
  evidence: [
    evidence('e1', {
      at: at('10:02:58'),
      source: { kind: 'Event', namespace: 'shop', name: 'checkout-7d4f9c6b5-x2x8p' },
      text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "9f1c": plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.3.1-10.244.3.62',
    }),
    evidence('e2', { source: { kind: 'Node', name: 'worker-3', field: 'spec.podCIDR' }, text: '10.244.3.0/26' }),
    evidence('e3', {
      at: at('10:01:40'),
      source: { kind: 'Pod', namespace: 'shop', name: 'checkout-7d4f9c6b5-x2x8p', field: 'status.conditions[Ready]' },
      text: 'Ready=False, reason ContainersNotReady: containers with unready status: [app]',
    }),
  ],
  timeline: [
    { at: at('10:01:40'), what: 'Pod checkout-7d4f9c6b5-x2x8p: Ready=False, ContainersNotReady', evidence: 'e3' },
    { at: at('10:02:58'), what: 'Event checkout-7d4f9c6b5-x2x8p: Failed to create pod sandbox', evidence: 'e1' },
  ],
  impact: { pods: 4, nodes: 1, namespaces: ['shop', 'search'], services: ['shop/checkout', 'search/suggest'] },
  nextActions: [
    {
      title: 'See which pods hold the addresses of worker-3',
      command: 'kubectl get pods -A -o wide --field-selector spec.nodeName=worker-3,status.phase=Running',
      risk: 'read-only',
    },
    { title: 'Let new pods go to other nodes', command: 'kubectl cordon worker-3', risk: 'disruptive' },
  ],
  unchecked: [
    {
      what: "host-local's files on worker-3",
      why: 'no agent on worker-3 and exec is not permitted',
      command: 'kubectl debug node/worker-3 -it --image=busybox -- ls /host/var/lib/cni/networks',
    },
  ],
};

function cause(given: Partial<DiagnosedCause> & Pick<DiagnosedCause, 'id' | 'title'>): DiagnosedCause {
  return {
    detail: null,
    confidence: 'certain',
    subject: { kind: 'Node', namespace: null, name: 'worker-3' },
    summary: '',
    evidence: ['e1'],
    ...given,
  };
}

function named(root: DiagnosedCause, given: Partial<Diagnosis> = {}): Diagnosis {
  const headline = root.confidence === 'certain' ? root.title : `${root.confidence === 'likely' ? 'Likely' : 'Possible'}: ${root.title}`;
  return diagnosisOf({ rootCause: root, headline, symptoms: [], alternatives: [], ...given });
}

const hostile =
  '</code><script>alert(1)</script> <!channel> <@U123> @here <https://evil.example|click> `rm -rf /` ```*bold* _x_ ~y~ ```\u202Egnp.exe\u202C \u200B\u001B[31mred\u001B]0;title\u0007 http://evil.example/?a=1&b=2 \uD800 "quotes\' onmouseover=alert(1) x';

/** Diagnoses of every kind that the sinks have to show, by what is special about them. */
export const sampleDiagnoses: Readonly<Record<string, Diagnosis>> = {
  'a full node range': poolExhausted,
  'a likely cause with alternatives': named(
    cause({
      id: 'cni-plugin-unhealthy',
      detail: 'crash-looping',
      title: 'calico-node on worker-3 is crash-looping: 6 restarts in 11 min',
      confidence: 'likely',
      subject: { kind: 'Pod', namespace: 'kube-system', name: 'calico-node-x7k2p' },
      summary: 'kube-system/calico-node-x7k2p was restarted 6 times in 11 min, last exit code 1; the 11 other nodes run theirs.',
    }),
    {
      alternatives: [
        cause({ id: 'overlay-tunnel-down', detail: 'bgp', title: 'BGP from worker-3 to 10.0.0.12 is down', confidence: 'possible' }),
        cause({ id: 'cni-datastore-unreachable', title: 'calico-node timed out on https://10.96.0.1:443', confidence: 'possible' }),
      ],
    },
  ),
  'an overlap with a symptom': named(
    cause({
      id: 'pod-cidr-overlap',
      detail: 'node-node',
      title: 'Pod CIDRs of worker-3 and worker-9 overlap: 10.244.3.0/24',
      summary: 'Node worker-9 (added 3 h ago) was given 10.244.3.0/24, which worker-3 has had for 40 d; 7 addresses are in use twice.',
    }),
    { symptoms: [cause({ id: 'duplicate-pod-ip', title: 'shop/checkout and search/suggest share 10.244.3.17' })] },
  ),
  'a policy': named(
    cause({
      id: 'network-policy-blocking',
      title: 'NetworkPolicy shop/default-deny lets nobody reach shop/checkout on 8080/TCP',
      subject: { kind: 'NetworkPolicy', namespace: 'shop', name: 'default-deny' },
      summary: 'It selects the pod with an empty podSelector and allows no ingress; no other policy allows port 8080.',
    }),
    { runbook: 'PodIPNotReachable' },
  ),
  'an application fault': named(
    cause({
      id: 'app-readiness-probe-failing',
      detail: 'wrong-port',
      title: 'Readiness probe of container app asks port 5678, which nothing listens on',
      subject: { kind: 'Pod', namespace: 'shop', name: 'checkout-7d4f9c6b5-x2x8p' },
      summary: 'The probe asks http://:5678/healthz and is refused; the container declares port 80 and logs "listening on :80".',
    }),
    { impact: { pods: 1, nodes: 1, namespaces: ['shop'], services: [] } },
  ),
  'an IPv6 address and a Go type': named(
    cause({
      id: 'duplicate-pod-ip',
      title: 'shop/checkout-1 and shop/checkout-2 share fd00:10:244:100::1a',
      summary: 'Both live pods have fd00:10:244:100::1a; decoding *v1.Pod worked for both.',
    }),
  ),
  'nothing found': diagnosisOf({
    outcome: 'inconclusive',
    headline: 'No cause found for pod shop/checkout-7d4f9c6b5-x2x8p: 9 of 14 rules are ruled out; not checked: node routes, plugin logs',
    runbook: null,
    rootCause: null,
    symptoms: [],
    nextActions: [
      { title: 'Look at node routes', command: 'kubectl debug node/worker-3 -it --image=busybox -- ip route', risk: 'read-only' },
    ],
    unchecked: [
      { what: 'node routes', why: 'no agent on worker-3', command: 'kubectl debug node/worker-3 -it --image=busybox -- ip route' },
      {
        what: 'plugin logs',
        why: 'pods/log is forbidden in kube-system',
        command: 'kubectl logs -n kube-system calico-node-x7k2p --previous',
      },
    ],
  }),
  'nothing could be read': diagnosisOf({
    outcome: 'inconclusive',
    headline: 'No cause found for the cluster: 0 of 14 rules are ruled out; not checked: everything',
    runbook: null,
    rootCause: null,
    symptoms: [],
    evidence: [],
    timeline: [],
    nextActions: [],
    target: { kind: 'cluster', cluster: null, namespace: null, name: null, node: null },
    impact: { pods: 0, nodes: 0, namespaces: [], services: [] },
    steps: [step(1, 'Describe the pod', { status: 'failed', why: 'the API server does not answer' })],
    rules: [rule(1, 'Events name an address allocation failure', { verdict: 'unknown', why: 'step 1 failed' })],
    unchecked: [{ what: 'everything', why: 'the API server does not answer', command: '' }],
  }),
  recovered: diagnosisOf({
    outcome: 'recovered',
    headline: 'Pod shop/checkout-7d4f9c6b5-x2x8p is Ready since 10:02:58',
    runbook: null,
    rootCause: null,
    symptoms: [],
    nextActions: [],
  }),
  'a target that is gone': diagnosisOf({
    outcome: 'target-gone',
    headline: 'Pod shop/checkout-7d4f9c6b5-x2x8p does not exist any more; 3 of 3 pods of ReplicaSet shop/checkout-7d4f9c6b5 are Ready',
    runbook: null,
    rootCause: null,
    symptoms: [],
    nextActions: [],
    unchecked: [],
  }),
  'hostile text everywhere': hostileDiagnosis(),
  'far too much of everything': hugeDiagnosis(),
};

function hostileDiagnosis(): Diagnosis {
  return named(
    cause({
      id: 'cni-auth-failure',
      title: `Refused: ${hostile}`,
      summary: hostile,
      subject: { kind: hostile, namespace: hostile, name: hostile },
    }),
    {
      headline: `Refused: ${hostile}`.slice(0, 300),
      alert: {
        ...poolExhausted.alert,
        alertname: hostile,
        labels: { alertname: hostile, [hostile]: hostile },
        annotations: { x: hostile },
      },
      target: { kind: 'pod', cluster: hostile, namespace: hostile, name: hostile, node: hostile },
      evidence: [
        evidence('e1', {
          at: hostile,
          text: `${hostile}\n${hostile}`,
          source: { kind: hostile, namespace: hostile, name: hostile, field: hostile },
        }),
      ],
      timeline: [{ at: hostile, what: hostile, evidence: 'e1' }],
      steps: [step(1, hostile, { why: hostile, status: 'failed', evidence: ['e1'] })],
      rules: [rule(1, hostile, { why: hostile, verdict: 'matched', evidence: ['e1'] }), rule(2, hostile, { why: hostile })],
      impact: { pods: 3, nodes: 1, namespaces: [hostile], services: [`${hostile}/${hostile}`] },
      nextActions: [{ title: hostile, command: `echo '${hostile}'`, risk: 'disruptive' }],
      unchecked: [{ what: hostile, why: hostile, command: hostile }],
    },
  );
}

function hugeDiagnosis(): Diagnosis {
  const long = 'x<&>"` '.repeat(15_000);
  const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
  return named(cause({ id: 'ip-pool-exhausted', title: long.slice(0, 300), summary: long, evidence: many(200, (index) => `e${index}`) }), {
    headline: long.slice(0, 300),
    evidence: many(200, (index) =>
      evidence(`e${index}`, { source: { kind: 'Log', name: long.slice(0, 300) }, text: index === 0 ? long : long.slice(0, 2000) }),
    ),
    timeline: many(40, () => ({ at: at('10:00:00'), what: long.slice(0, 200), evidence: 'e1' })),
    steps: many(12, (index) => step(index, long.slice(0, 500), { why: long.slice(0, 500) })),
    rules: many(60, (index) => rule(index, long.slice(0, 500), { why: index === 0 ? long : long.slice(0, 1000) })),
    impact: {
      pods: 5000,
      nodes: 800,
      namespaces: many(300, (index) => `namespace-${index}`),
      services: many(900, (index) => `ns/service-${index}`),
    },
    nextActions: many(30, (index) => ({
      title: long.slice(0, 400),
      command: index === 1 ? long : `echo ${index}`,
      risk: 'read-only' as const,
    })),
    unchecked: many(40, (index) => ({
      what: long.slice(0, 200),
      why: index === 0 ? long : long.slice(0, 1000),
      command: index === 0 ? long : 'kubectl get nodes',
    })),
    alternatives: many(20, () => cause({ id: 'duplicate-pod-ip', title: long.slice(0, 300) })),
  });
}

const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.stringMatching(/^[ -~]{0,200}$/),
  fc.constantFrom(hostile, '', '<!here>', '```', '`', '*', '~', '&lt;!channel&gt;', '::', 'fe80::1', '>quote', '\n\n', '|'),
  fc
    .array(fc.constantFrom('<', '>', '&', '`', '*', '~', '_', ':', '@here', '|', '\n', ' ', 'a'), { maxLength: 300 })
    .map((parts) => parts.join('')),
);

/** Diagnoses with any text wherever text can come from the cluster. */
export const anyDiagnosis: fc.Arbitrary<Diagnosis> = fc
  .record({
    texts: fc.array(words, { minLength: 6, maxLength: 6 }),
    count: fc.integer({ min: 0, max: 30 }),
    cause: fc.option(fc.constantFrom(...causeIds), { nil: null }),
    confidence: fc.constantFrom('certain' as const, 'likely' as const, 'possible' as const),
  })
  .map(({ texts, count, cause: id, confidence }) => {
    const text = (index: number): string => texts[index % texts.length] ?? '';
    const repeat = <T>(make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
    const root = id === null ? null : cause({ id, title: text(0), summary: text(1), confidence, evidence: ['e0'] });
    return diagnosisOf({
      outcome: root === null ? 'inconclusive' : 'root-cause',
      headline: text(0).slice(0, 300),
      rootCause: root,
      evidence: repeat((index) =>
        evidence(`e${index}`, { at: text(index), text: text(index + 1), source: { kind: text(2), name: text(3) } }),
      ),
      timeline: repeat((index) => ({ at: text(index), what: text(index + 1), evidence: `e${index}` })),
      rules: repeat((index) => rule(index, text(index), { why: text(index + 1) })),
      steps: repeat((index) => step(index, text(index), { why: text(index + 2) })),
      nextActions: repeat((index) => ({ title: text(index), command: text(index + 1), risk: 'read-only' })),
      unchecked: repeat((index) => ({ what: text(index), why: text(index + 1), command: text(index + 2) })),
      impact: { pods: count, nodes: count, namespaces: repeat(text), services: repeat(text) },
    });
  });
