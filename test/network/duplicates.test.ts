import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '../../src/cluster/wire.ts';
import { podAddress, sharedAddresses, type PodAddress } from '../../src/network/duplicates.ts';
import { isSilent, nodeAddresses } from '../../src/network/node-addresses.ts';

function pod(name: string, changes: Partial<PodAddress> = {}): PodAddress {
  return {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    node: 'worker-1',
    addresses: ['10.244.1.5'],
    hostNetwork: false,
    phase: 'Running',
    terminating: false,
    virtualMachine: null,
    createdAt: null,
    ...changes,
  };
}

const holders = (...pods: PodAddress[]): string[][] => sharedAddresses(pods).map((each) => each.pods.map(({ name }) => name));

describe('podAddress', () => {
  it('keeps both families in one spelling', () => {
    const object: Pod = {
      metadata: { name: 'a', namespace: 'shop', uid: 'u' },
      spec: { nodeName: 'worker-1', containers: [] },
      status: { phase: 'Running', podIP: '10.244.1.5', podIPs: [{ ip: '10.244.1.5' }, { ip: 'FD00:0::5' }] },
    };
    expect(podAddress(object)).toEqual(pod('a', { uid: 'u', addresses: ['10.244.1.5', 'fd00::5'] }));
  });

  it('reads podIP where podIPs is absent, and passes over texts that are no address', () => {
    expect(podAddress({ status: { podIP: '10.244.1.5' } }).addresses).toEqual(['10.244.1.5']);
    expect(podAddress({ status: { podIP: '' } }).addresses).toEqual([]);
    expect(podAddress({}).addresses).toEqual([]);
  });

  it('knows the virtual machine of a virt-launcher pod only', () => {
    const labels = { 'kubevirt.io': 'virt-launcher', 'kubevirt.io/created-by': 'vmi-uid' };
    expect(podAddress({ metadata: { labels } }).virtualMachine).toBe('vmi-uid');
    expect(podAddress({ metadata: { labels: { 'kubevirt.io/created-by': 'vmi-uid' } } }).virtualMachine).toBeNull();
  });
});

describe('sharedAddresses', () => {
  it('finds two live pods with one address, ordered by name', () => {
    expect(holders(pod('b'), pod('a'), pod('c', { addresses: ['10.244.1.6'] }))).toEqual([['a', 'b']]);
  });

  it('finds an address shared in the second family only', () => {
    const shared = sharedAddresses([pod('a', { addresses: ['10.1.0.1', 'fd00::5'] }), pod('b', { addresses: ['10.1.0.2', 'fd00::5'] })]);
    expect(shared.map(({ address }) => address)).toEqual(['fd00::5']);
  });

  it.each([
    ['uses the host network', { hostNetwork: true }],
    ['has succeeded', { phase: 'Succeeded' }],
    ['has failed', { phase: 'Failed' }],
    ['is terminating', { terminating: true }],
  ] as const)('leaves out a pod that %s', (_, changes) => {
    expect(holders(pod('a'), pod('b', changes))).toEqual([]);
  });

  it('takes the two pods of a KubeVirt migration for one holder', () => {
    const vm = { virtualMachine: 'vmi-1' };
    expect(holders(pod('source', vm), pod('target', vm))).toEqual([]);
    expect(holders(pod('source', vm), pod('target', vm), pod('other'))).toEqual([['other', 'source', 'target']]);
    expect(holders(pod('a', vm), pod('b', { ...vm, namespace: 'other' }))).toHaveLength(1);
  });

  it('does not count one pod twice when a list brings it twice', () => {
    expect(holders(pod('a'), pod('a'))).toEqual([]);
  });

  it('says weak where the clash rests on a node that reports no more', () => {
    const silentNodes = new Set(['lost']);
    const lost = pod('b', { node: 'lost' });
    expect(sharedAddresses([pod('a'), lost], { silentNodes })).toMatchObject([{ strength: 'weak' }]);
    expect(sharedAddresses([pod('a'), pod('c'), lost], { silentNodes })).toMatchObject([{ strength: 'firm', pods: { length: 3 } }]);
  });

  it('finds a pod with an address that a node holds', () => {
    const node: Node = {
      metadata: { name: 'worker-9', annotations: { 'projectcalico.org/IPv4IPIPTunnelAddr': '10.244.9.0' } },
      status: {
        addresses: [
          { type: 'InternalIP', address: '10.244.1.5' },
          { type: 'Hostname', address: 'worker-9' },
        ],
      },
    };
    const shared = sharedAddresses([pod('a'), pod('b', { addresses: ['10.244.9.0'] })], { reserved: nodeAddresses(node) });
    expect(shared.map(({ address, reserved }) => [address, reserved[0]?.kind])).toEqual([
      ['10.244.1.5', 'Node'],
      ['10.244.9.0', 'NodeTunnel'],
    ]);
  });
});

describe('isSilent', () => {
  it('is true only where Ready is Unknown', () => {
    const node = (status: string): Node => ({ status: { conditions: [{ type: 'Ready', status }] } });
    expect([node('Unknown'), node('False'), node('True'), {}].map(isSilent)).toEqual([true, false, false, false]);
  });
});
