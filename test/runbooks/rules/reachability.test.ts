import { describe, expect, it } from 'vitest';
import type { Finding, Verdict } from '../../../src/core/verdict.ts';
import type { NetworkPolicy } from '../../../src/cluster/wire.ts';
import { type ReachEvidence, routesLeadToPod } from '../../../src/runbooks/rules/reachability.ts';
import { podRow } from '../../../src/collectors/pod-row.ts';
import { aPod, podConditions } from '../../support/objects.ts';
import { collected, connectivityOf, flannelNode, fromNode, fromPod, nodes, notRead, pod, situation } from './seen-networks.ts';

const noPolicies: ReachEvidence['networkPolicies'] = {
  policies: { NetworkPolicy: { items: [] } },
  namespaces: { items: [{ metadata: { name: 'shop' } }] },
  dnsPods: { items: [] },
};
const withPolicy = (spec: NetworkPolicy['spec']): ReachEvidence['networkPolicies'] => ({
  ...noPolicies,
  policies: { NetworkPolicy: { items: [{ metadata: { name: 'guard', namespace: 'shop' }, ...(spec === undefined ? {} : { spec }) }] } },
});
const onlyFrontends = withPolicy({
  podSelector: {},
  policyTypes: ['Ingress'],
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }] }],
});

function decide(evidence: Partial<ReachEvidence> = {}): Verdict {
  return routesLeadToPod({
    pod: { pod, troubled: [] },
    nodes,
    podRows: [],
    networkPolicies: noPolicies,
    connectivity: notRead,
    nodeNetwork: notRead,
    peerNetwork: notRead,
    situation: situation(),
    ...evidence,
  });
}

function found(evidence: Partial<ReachEvidence>): Finding {
  const verdict = decide(evidence);
  if (verdict.kind !== 'confirmed') throw new Error(`nothing was found: ${verdict.why}`);
  return verdict.findings[0];
}

describe('who reaches the pod', () => {
  it('nobody, not even its own node: its interface', () => {
    const finding = found({ connectivity: connectivityOf(fromNode('worker-2', 'timeout'), fromPod('worker-1', 'timeout')) });

    expect(finding).toMatchObject({
      cause: 'route-misconfigured',
      detail: 'pod-interface',
      title: 'Not even its own node worker-2 reaches pod shop/web (10.244.2.7)',
      subject: { kind: 'Pod', namespace: 'shop', name: 'web' },
      confidence: 'likely',
    });
    expect(finding.exhibits[0]).toMatchObject({ text: 'from node worker-2: tcp 10.244.2.7:8080 timeout after 2000 ms: its words' });
  });

  it('its own node alone: the way between the nodes', () => {
    const finding = found({
      connectivity: connectivityOf(fromNode('worker-2', 'open'), fromNode('worker-3', 'timeout'), fromPod('worker-1', 'timeout')),
    });

    expect(finding).toMatchObject({ cause: 'route-misconfigured', detail: 'between-nodes', subject: { kind: 'Node', name: 'worker-2' } });
    expect(finding.title).toBe(
      'Pod shop/web (10.244.2.7) answers on its own node worker-2, but not from node worker-3 and pod podnet-triage/worker-on-worker-1',
    );
    expect(finding.summary).toContain('a route or a firewall between the nodes is the fault, not the pod');
  });

  it('its own node alone, and the node has a tunnel: the overlay', () => {
    const finding = found({
      connectivity: connectivityOf(fromNode('worker-2', 'open'), fromNode('worker-3', 'timeout')),
      nodeNetwork: collected(flannelNode(2)),
    });

    expect(finding).toMatchObject({ cause: 'overlay-tunnel-down', detail: 'vxlan', confidence: 'likely' });
    expect(finding.summary).toContain('the overlay (flannel.1), a route or a firewall');
    expect(finding.actions.map(({ command }) => command)).toContain(
      "kubectl debug node/worker-2 -it --image=nicolaka/netshoot -- tcpdump -ni any -c 20 'udp port 4789 or udp port 8472'",
    );
  });

  it('another node, but not a second one: the fault is with that one', () => {
    const finding = found({
      connectivity: connectivityOf(fromNode('worker-2', 'open'), fromNode('worker-3', 'open'), fromPod('worker-1', 'timeout')),
    });

    expect(finding).toMatchObject({ detail: 'from-one-node', subject: { kind: 'Node', name: 'worker-1' } });
  });

  it('nobody who was tried, while its own node was not: the way to it', () => {
    const finding = found({ connectivity: connectivityOf(fromPod('worker-1', 'unreachable')) });

    expect(finding).toMatchObject({ cause: 'route-misconfigured', detail: null, confidence: 'likely' });
    expect(finding.summary).toContain('though the kubelet on node worker-2 finds the pod Ready');
  });

  it('nobody, of a pod that is not Ready either: a hint only, and nothing is said of the kubelet', () => {
    const sick = aPod({
      ...pod,
      metadata: pod.metadata ?? {},
      spec: pod.spec ?? {},
      status: { ...pod.status, conditions: podConditions({ ready: false }) },
    });

    const finding = found({ pod: { pod: sick, troubled: [] }, connectivity: connectivityOf(fromPod('worker-1', 'timeout')) });

    expect(finding.confidence).toBe('possible');
    expect(finding.summary).not.toContain('kubelet');
  });

  it('everybody: the rule does not hold, with the proof', () => {
    const verdict = decide({ connectivity: connectivityOf(fromNode('worker-2', 'open'), fromPod('worker-1', 'refused')) });

    expect(verdict).toMatchObject({
      kind: 'ruled-out',
      why: expect.stringMatching(/^the address answers to node worker-2 \(.*\); pod .* refused/),
    });
    expect(verdict.kind === 'ruled-out' && verdict.exhibits).toHaveLength(4);
  });
});

describe('silence proves nothing', () => {
  it('on a port that a policy keeps closed to some', () => {
    const verdict = decide({
      networkPolicies: onlyFrontends,
      connectivity: connectivityOf(fromPod('worker-1', 'timeout'), fromNode('worker-3', 'timeout')),
    });

    expect(verdict).toEqual({
      kind: 'unknown',
      why: 'connections from pod podnet-triage/worker-on-worker-1 and node worker-3 got no answer, which the policies that select the pod may intend',
    });
  });

  it('except from its own node, which policies always let in', () => {
    const finding = found({
      networkPolicies: onlyFrontends,
      connectivity: connectivityOf(fromNode('worker-2', 'timeout'), fromPod('worker-1', 'timeout')),
    });

    expect(finding.detail).toBe('pod-interface');
  });

  it('but it does on a port that the policies open to all', () => {
    const open = withPolicy({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 8080 }] }] });

    expect(found({ networkPolicies: open, connectivity: connectivityOf(fromPod('worker-1', 'timeout')) }).cause).toBe(
      'route-misconfigured',
    );
  });

  it('and it does under a plugin that enforces no policies', () => {
    const finding = found({
      networkPolicies: onlyFrontends,
      situation: situation({ enforcesPolicy: false }),
      connectivity: connectivityOf(fromPod('worker-1', 'timeout')),
    });

    expect(finding.cause).toBe('route-misconfigured');
  });

  it('from a worker that may not send everything', () => {
    const verdict = decide({
      connectivity: connectivityOf(fromPod('worker-1', 'timeout', { restrictedBy: ['podnet-triage/default-deny'] })),
    });

    expect(verdict).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('podnet-triage/default-deny restrict what it may send'),
    });
  });

  it('where the attempts failed for reasons of their own', () => {
    expect(decide({ connectivity: connectivityOf(fromPod('worker-1', 'error')) })).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('the connections from pod podnet-triage/worker-on-worker-1 tell nothing (its words)'),
    });
  });

  it('when nothing was tried and nothing read', () => {
    expect(decide()).toEqual({
      kind: 'unknown',
      why: 'no connection was tried (no agent runs on worker-2), and the routes were not read (no agent runs on worker-2)',
    });
  });
});

describe('the routes of its node', () => {
  const seen = (changes: Parameters<typeof flannelNode>[1], more: Partial<ReachEvidence> = {}): Finding =>
    found({ nodeNetwork: collected(flannelNode(2, changes)), ...more });

  it('are right when they lead to the pod and to every peer', () => {
    expect(decide({ nodeNetwork: collected(flannelNode(2)) })).toMatchObject({
      kind: 'ruled-out',
      why: expect.stringContaining('the routes and interfaces of node worker-2 lead to the pod'),
    });
  });

  it('are not believed when the agent shows something that ip does not print', () => {
    expect(decide({ nodeNetwork: collected({ ...flannelNode(2), routes: '1: lo: <UP>' }) })).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining("the agent's answer is not what ip -j prints"),
    });
  });

  it.each([
    ['a blackhole', { type: 'blackhole', dst: '10.244.2.7' }, '10.244.2.7 falls to blackhole 10.244.2.7/32'],
    [
      'a link that is down',
      { dst: '10.244.2.7', dev: 'veth9', scope: 'link', flags: ['linkdown'] },
      '10.244.2.7 leads to veth9, which is down',
    ],
  ])('that end in %s', (_what, route, says) => {
    expect(seen({ routes: [route] })).toMatchObject({
      cause: 'route-misconfigured',
      detail: 'no-route-to-pod',
      summary: expect.stringContaining(says),
    });
  });

  it('that lack a peer', () => {
    const finding = seen({ without: ['10.244.3.0/24'] });

    expect(finding).toMatchObject({ detail: 'no-route-to-peer', title: 'Node worker-2 has no correct route to the pods of node worker-3' });
    expect(finding.summary).toContain('10.244.3.0/24 (worker-3) falls to the default route');
  });

  it('are certain proof where connections fail as well', () => {
    const finding = seen(
      { without: ['10.244.3.0/24'] },
      { connectivity: connectivityOf(fromNode('worker-2', 'open'), fromNode('worker-3', 'timeout')) },
    );

    expect(finding.confidence).toBe('certain');
    expect(finding.summary).toContain('Connections from node worker-3 got no answer.');
  });

  it('are a hint only where another node reaches the pod all the same', () => {
    const finding = seen({ without: ['10.244.3.0/24'] }, { connectivity: connectivityOf(fromPod('worker-1', 'open')) });

    expect(finding).toMatchObject({ confidence: 'possible', summary: expect.stringContaining('Even so, the pod answers to') });
  });

  it('are what they were where only the pod’s own node reaches it', () => {
    const finding = seen({ without: ['10.244.3.0/24'] }, { connectivity: connectivityOf(fromNode('worker-2', 'open')) });

    expect(finding.confidence).toBe('likely');
  });

  it('of another node that lead nowhere are that node’s fault', () => {
    const finding = found({
      nodeNetwork: collected(flannelNode(2)),
      peerNetwork: collected(flannelNode(3, { without: ['10.244.2.0/24'] })),
    });

    expect(finding).toMatchObject({ subject: { kind: 'Node', name: 'worker-3' }, title: expect.stringContaining('on node worker-2') });
  });

  it('may be the default one under a plugin whose pods the cloud routes', () => {
    const aws = situation({ id: 'aws-vpc', needsPodCidr: false });
    const nodeNetwork = collected(flannelNode(2, { without: ['10.244.1.0/24', '10.244.3.0/24'] }));

    expect(decide({ situation: aws, nodeNetwork, peerNetwork: collected(flannelNode(3, { without: ['10.244.2.0/24'] })) }).kind).toBe(
      'ruled-out',
    );
  });
});

describe('the routes of a node under Calico', () => {
  const calico = situation({ id: 'calico', needsPodCidr: false });
  const rowOn = (index: number) =>
    podRow(
      aPod({
        name: `p${index}`,
        spec: { nodeName: `worker-${index}` },
        status: { podIP: `10.244.${index}.9`, podIPs: [{ ip: `10.244.${index}.9` }] },
      }),
    );
  const podRows = [rowOn(1), rowOn(2), rowOn(3)];

  it('are wrong where one node’s pods have none and the others’ have', () => {
    const finding = found({ situation: calico, podRows, nodeNetwork: collected(flannelNode(2, { without: ['10.244.3.0/24'] })) });

    expect(finding.summary).toContain('10.244.3.9/32 (worker-3) falls to the default route');
  });

  it('may all be a router’s affair', () => {
    const nodeNetwork = collected(flannelNode(2, { without: ['10.244.1.0/24', '10.244.3.0/24'] }));

    expect(decide({ situation: calico, podRows, nodeNetwork }).kind).toBe('ruled-out');
  });
});

describe('the interfaces of its node', () => {
  const seen = (links: NonNullable<Parameters<typeof flannelNode>[1]>['links'], more: Partial<ReachEvidence> = {}): Finding =>
    found({ nodeNetwork: collected(flannelNode(2, links === undefined ? {} : { links })), ...more });

  it('a tunnel that is down takes its routes along', () => {
    const finding = found({
      nodeNetwork: collected(
        flannelNode(2, {
          links: [{ ifname: 'flannel.1', mtu: 1450, address: '10.244.2.0/32', down: true }],
          without: ['10.244.1.0/24', '10.244.3.0/24'],
        }),
      ),
    });
    const tunnel = decide({
      nodeNetwork: collected(flannelNode(2, { links: [{ ifname: 'flannel.1', mtu: 1450, address: '10.244.2.0/32', down: true }] })),
    });

    expect(finding.cause).toBe('route-misconfigured');
    expect(tunnel).toMatchObject({ findings: [{ cause: 'overlay-tunnel-down', detail: 'vxlan', explains: ['route-misconfigured'] }] });
  });

  it('tunl0 that merely exists is in nobody’s use', () => {
    expect(decide({ nodeNetwork: collected(flannelNode(2, { links: [{ ifname: 'tunl0', mtu: 1480, down: true }] })) }).kind).toBe(
      'ruled-out',
    );
  });

  it('a tunnel larger than what is below it', () => {
    const finding = seen([{ ifname: 'flannel.1', mtu: 1500, address: '10.244.2.0/32' }]);

    expect(finding).toMatchObject({ cause: 'mtu-mismatch', detail: 'tunnel-larger-than-path', confidence: 'likely' });
  });

  it('and silence, which small packets do not meet there, makes that no surer', () => {
    const finding = seen([{ ifname: 'flannel.1', mtu: 1500, address: '10.244.2.0/32' }], {
      connectivity: connectivityOf(fromPod('worker-1', 'timeout')),
    });

    expect(finding.confidence).toBe('likely');
  });

  it('interfaces of two plugins’ pods', () => {
    const finding = found({
      nodeNetwork: collected(
        flannelNode(2, {
          links: [{ ifname: 'cali0123456789a', mtu: 1450 }],
          routes: [{ dst: '10.244.2.99', dev: 'cali0123456789a', scope: 'link' }],
        }),
      ),
    });

    expect(finding).toMatchObject({
      cause: 'multiple-cni-plugins',
      detail: 'two-active',
      title: 'Two network plugins have made pods on node worker-2: bridge and calico',
    });
  });

  it('a NIC inside the pod CIDR of a node', () => {
    const finding = seen([{ ifname: 'eth1', address: '10.244.3.5/24' }]);

    expect(finding).toMatchObject({
      cause: 'pod-cidr-overlap',
      detail: 'pod-node-network',
      title: 'The subnet 10.244.3.0/24 of eth1 on node worker-2 overlaps the pod CIDR 10.244.3.0/24 of node worker-3',
    });
  });

  it('the bridge with the address of a former pod CIDR', () => {
    expect(seen([{ ifname: 'cni0', mtu: 1450, address: '10.244.9.1/24' }])).toMatchObject({
      cause: 'ipam-state-corrupt',
      detail: 'bridge-address-mismatch',
    });
  });
});
