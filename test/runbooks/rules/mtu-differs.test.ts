import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/core/verdict.ts';
import { type MtuEvidence, mtuDiffers } from '../../../src/runbooks/rules/mtu-differs.ts';
import { collected, connectivityOf, flannelNode, fromNode, notRead, situation, stalledFrom } from './seen-networks.ts';

function decide(evidence: Partial<MtuEvidence> = {}): Verdict {
  return mtuDiffers({
    nodeNetwork: collected(flannelNode(2)),
    peerNetwork: collected(flannelNode(3)),
    connectivity: notRead,
    situation: situation(),
    ...evidence,
  });
}

const smallTunnel = collected(flannelNode(3, { links: [{ ifname: 'flannel.1', mtu: 1400, address: '10.244.3.0/32' }] }));

describe('the MTUs of two nodes', () => {
  it('are named where they agree', () => {
    expect(decide()).toMatchObject({
      kind: 'ruled-out',
      why: 'the MTU on node worker-2 is flannel.1 1450, pods 1450, the same as on worker-3',
    });
  });

  it('are a hint where those of the tunnels differ, with the figures', () => {
    expect(decide({ peerNetwork: smallTunnel })).toMatchObject({
      kind: 'confirmed',
      findings: [
        {
          cause: 'mtu-mismatch',
          detail: 'between-nodes',
          confidence: 'possible',
          title: 'The MTU of flannel.1 differs between nodes: 1450 on worker-2, 1400 on worker-3',
          summary:
            'flannel.1 takes 1450 bytes on node worker-2 and 1400 on node worker-3: packets of more than 1400 bytes between them get lost, while small ones pass.',
          exhibits: [{ text: 'flannel.1 mtu 1450' }, { text: 'flannel.1 mtu 1400' }],
        },
      ],
    });
  });

  it('are more than that where connections stand and bring nothing, which the pod’s own node does not know', () => {
    const verdict = decide({
      peerNetwork: smallTunnel,
      connectivity: connectivityOf(fromNode('worker-2', 'open'), stalledFrom('worker-3')),
    });

    expect(verdict).toMatchObject({
      findings: [
        { confidence: 'likely', summary: expect.stringContaining('Connections from node worker-3 are opened but bring no answer') },
      ],
    });
  });

  it('have no part in requests that the pod’s own node gets no answer to either', () => {
    const verdict = decide({ peerNetwork: smallTunnel, connectivity: connectivityOf(stalledFrom('worker-2'), stalledFrom('worker-3')) });

    expect(verdict).toMatchObject({ findings: [{ confidence: 'possible' }] });
  });

  it('are those of the pods’ interfaces where there is no tunnel', () => {
    const without = (index: number, mtu: number) => {
      const network = flannelNode(index, {
        links: [
          { ifname: 'cni0', mtu, address: `10.244.${index}.1/24` },
          { ifname: 'veth1a2b', mtu },
        ],
      });
      const links = (JSON.parse(network.addresses) as { ifname: string }[]).filter(({ ifname }) => ifname !== 'flannel.1');
      return collected({ ...network, addresses: JSON.stringify(links), links: JSON.stringify(links) });
    };

    expect(decide({ nodeNetwork: without(2, 9001), peerNetwork: without(3, 1500) })).toMatchObject({
      findings: [{ title: 'The MTU of the pods’ interfaces differs between nodes: 9001 on worker-2, 1500 on worker-3' }],
    });
  });

  it.each([
    ['the node', { nodeNetwork: notRead }],
    ['a second node', { peerNetwork: notRead }],
  ])('are not known without a look at %s', (_what, evidence) => {
    expect(decide(evidence).kind).toBe('unknown');
  });
});
