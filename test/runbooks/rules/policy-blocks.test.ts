import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/verdict.ts';
import { type PolicyEvidence, policyBlocks } from '../../../src/runbooks/rules/policy-blocks.ts';
import { connectivityOf, fromNode, fromPod, nodes, notRead, pod, situation } from './seen-networks.ts';

const denyAll: PolicyEvidence['networkPolicies'] = {
  policies: {
    NetworkPolicy: { items: [{ metadata: { name: 'deny', namespace: 'shop' }, spec: { podSelector: {}, policyTypes: ['Ingress'] } }] },
  },
  namespaces: { items: [{ metadata: { name: 'shop' } }] },
  dnsPods: { items: [] },
};

function found(connectivity: PolicyEvidence['connectivity'], networkPolicies = denyAll): Finding {
  const verdict = policyBlocks({
    pod: { pod, troubled: [] },
    networkPolicies,
    podLogs: undefined,
    nodes,
    situation: situation(),
    connectivity,
  });
  if (verdict.kind !== 'confirmed') throw new Error(`nothing was found: ${verdict.why}`);
  return verdict.findings[0];
}

describe('a policy that lets nobody in', () => {
  it('is named by its kind, also one of Cilium for the whole cluster', () => {
    const locked = { metadata: { name: 'locked' }, spec: { endpointSelector: {}, ingress: [{}] } };

    const finding = found(notRead, { ...denyAll, policies: { CiliumClusterwideNetworkPolicy: { items: [locked] } } });

    expect(finding).toMatchObject({
      title: expect.stringMatching(/^CiliumClusterwideNetworkPolicy locked lets nobody reach pod/),
      subject: { kind: 'CiliumClusterwideNetworkPolicy', namespace: null, name: 'locked' },
      summary: 'CiliumClusterwideNetworkPolicy locked selects the pod and isolates it for ingress, and no rule allows anything.',
    });
    expect(finding.actions[0]?.command).toBe('kubectl get ciliumclusterwidenetworkpolicy -n shop -o yaml');
  });

  it('is likely the cause from its words alone', () => {
    expect(found(notRead)).toMatchObject({ cause: 'network-policy-blocking', confidence: 'likely' });
  });

  it('is certain where others get no answer, with their silence as proof, though the pod’s own node gets in', () => {
    const finding = found(connectivityOf(fromNode('worker-2', 'open'), fromPod('worker-1', 'timeout')));

    expect(finding.confidence).toBe('certain');
    expect(finding.summary).toContain('Connections from pod podnet-triage/worker-on-worker-1 got no answer.');
    expect(finding.exhibits.map(({ source }) => source.kind)).toContain('Probe');
  });

  it('is a hint only where another gets in all the same', () => {
    expect(found(connectivityOf(fromPod('worker-1', 'open'))).confidence).toBe('possible');
  });

  it('is no surer for the answer that the pod’s own node gets', () => {
    expect(found(connectivityOf(fromNode('worker-2', 'open'))).confidence).toBe('likely');
  });
});
