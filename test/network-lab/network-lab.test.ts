import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { type Lab, openLab } from './lab.ts';
import { whyNoLab } from './namespaces.ts';

const why = whyNoLab();
if (why !== null) process.stdout.write(`The network lab is left out: ${why}.\n`);

type Rule = Diagnosis['rules'][number];
const rule = ({ rules }: Diagnosis, number: number): Rule | undefined =>
  rules.find((one) => one.runbook === 'PodIPNotReachable' && one.number === number);
const textsOf = ({ evidence }: Diagnosis, kind: string): readonly string[] =>
  evidence.filter(({ source }) => source.kind === kind).map(({ text }) => text);

describe.skipIf(why !== null)('a pod on a real overlay', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(async () => lab?.[Symbol.asyncDispose]());
  beforeEach(() => lab.network.heal());

  it('is found reachable from the worker, from its own node and from another', async () => {
    const diagnosis = await lab.diagnose();

    expect([diagnosis.outcome, diagnosis.rootCause]).toEqual(['recovered', null]);
    expect(rule(diagnosis, 5)?.why).toMatch(
      /^the address answers to pod podnet-triage\/\S+ \(tcp .* open .*\); node worker-2 \(.*\); node worker-1 \(.*\)$/,
    );
    expect(rule(diagnosis, 7)?.why).toContain('the MTU on node worker-2 is flannel.1 1450, pods 1450, the same as on worker-1');
  });

  it('cannot be reached where its node has lost the route to the other: the way back', async () => {
    lab.network.second.node.ip('route del 10.244.1.0/24');

    const { rootCause, ...diagnosis } = await lab.diagnose();

    expect(rootCause).toMatchObject({
      id: 'route-misconfigured',
      detail: 'no-route-to-peer',
      confidence: 'certain',
      subject: { kind: 'Node', name: 'worker-2' },
    });
    expect(rootCause?.summary).toContain('10.244.1.0/24 (worker-1) falls to the default route');
    expect(textsOf({ rootCause, ...diagnosis }, 'Probe')).toContainEqual(expect.stringMatching(/^from node worker-1: tcp \S+ timeout/));
  });

  it('cannot be reached where the other node discards what is sent to it', async () => {
    lab.network.first.node.ip(`route add blackhole ${lab.network.second.podAddress}/32`);

    const diagnosis = await lab.diagnose();
    lab.network.first.node.ip(`route del blackhole ${lab.network.second.podAddress}/32`);

    expect(diagnosis.rootCause).toMatchObject({
      id: 'route-misconfigured',
      detail: 'no-route-to-peer',
      confidence: 'certain',
      subject: { kind: 'Node', name: 'worker-1' },
    });
    expect(textsOf(diagnosis, 'Probe')).toContainEqual(expect.stringMatching(/^from node worker-1: tcp \S+ unreachable .*EINVAL/));
  });

  it('cannot be reached where the tunnel of its node is down', async () => {
    lab.network.second.node.ip('link set flannel.1 down');

    const { rootCause } = await lab.diagnose();

    expect(rootCause).toMatchObject({
      id: 'overlay-tunnel-down',
      detail: 'vxlan',
      confidence: 'certain',
      title: 'The tunnel device flannel.1 on node worker-2 is down',
    });
  });

  it('answers only on its own node where the packets of the overlay get lost on the wire', async () => {
    lab.network.second.node.bridge('fdb replace 02:00:00:00:00:01 dev flannel.1 dst 192.0.2.99');

    const diagnosis = await lab.diagnose();

    expect(diagnosis.rootCause).toMatchObject({ id: 'overlay-tunnel-down', detail: 'vxlan', confidence: 'likely' });
    expect(diagnosis.rootCause?.title).toMatch(/answers on its own node worker-2, but not from pod podnet-triage\/\S+ and node worker-1$/);
    expect(diagnosis.nextActions.map(({ command }) => command)).toContainEqual(expect.stringContaining('udp port 8472'));
  });

  it('is not reached even by its own node where its interface is down', async () => {
    lab.network.second.pod.ip('link set eth0 down');

    const { rootCause } = await lab.diagnose();

    expect(rootCause).toMatchObject({ id: 'route-misconfigured', detail: 'pod-interface', subject: { kind: 'Pod' } });
    expect(rootCause?.title).toMatch(/^Not even its own node worker-2 reaches pod shop\/checkout-/);
  });

  it('brings no large answer where the MTU of the other node is smaller', async () => {
    // The node's MTU was lowered and its tunnel made anew; the pods on it kept theirs.
    lab.network.first.node.ip('link set eth0 mtu 1300');
    lab.network.first.node.ip('link set flannel.1 mtu 1250');

    const diagnosis = await lab.diagnose();

    expect(diagnosis.rootCause).toMatchObject({ id: 'mtu-mismatch', detail: 'between-nodes', confidence: 'likely' });
    expect(diagnosis.rootCause?.title).toBe('The MTU of flannel.1 differs between nodes: 1450 on worker-2, 1250 on worker-1');
    expect(textsOf(diagnosis, 'Probe')).toContainEqual(
      expect.stringMatching(/^from pod podnet-triage\/\S+: http \S+ timeout after \d+ ms: connected, but no HTTP answer/),
    );
  });

  it('is found where the MTU of its own tunnel is larger than the wire takes', async () => {
    lab.network.second.node.ip('link set eth0 mtu 1450');

    const { rootCause } = await lab.diagnose();

    expect(rootCause).toMatchObject({ id: 'mtu-mismatch', detail: 'tunnel-larger-than-path', subject: { kind: 'Node', name: 'worker-2' } });
    expect(rootCause?.summary).toContain('flannel.1 mtu 1450, but the interface below it allows only 1400');
  });
});
