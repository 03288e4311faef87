import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactBlock, ownerOf } from '../../../src/network/ipam/calico-owners.ts';
import { poolUsages } from '../../../src/network/ipam/pool-usages.ts';
import { inputs, object, pod } from './inputs.ts';

const secondary = fc.record(
  { namespace: fc.constantFrom('shop', 'db'), pod: fc.constantFrom('a', 'b', 'c'), node: fc.constantFrom('a', 'z') },
  { requiredKeys: [] },
);
const attribute = fc.oneof(
  fc.record({ handle_id: fc.string(), secondary }),
  fc.constant({ handle_id: 'ipip-tunnel-addr-a' }),
  fc.constant(null),
);
const blockSpec = (cidr: string) =>
  fc.record({
    cidr: fc.constant(cidr),
    affinity: fc.constantFrom('host:a', 'host:z', null),
    deleted: fc.constantFrom(false, true, 'true'),
    allocations: fc.array(fc.option(fc.nat({ max: 5 })), { maxLength: 64 }),
    attributes: fc.array(attribute, { maxLength: 5 }),
  });

describe('a block in as little memory as it takes', () => {
  it('is counted as the whole one, whatever its record holds', () => {
    const pods = [pod('a', '10.1.0.0', { node: 'a' }), pod('b', '10.1.0.1', { node: 'z' })];
    fc.assert(
      fc.property(fc.tuple(blockSpec('10.1.0.0/26'), blockSpec('10.1.0.64/26')), (specs) => {
        const whole = specs.map((spec, index) => object(`block-${index}`, { spec }));
        const usagesOf = (blocks: typeof whole) =>
          poolUsages(
            inputs({
              plugin: 'calico',
              pods,
              objects: { CalicoIPPool: [object('p', { spec: { cidr: '10.1.0.0/25' } })], CalicoIPAMBlock: blocks },
            }),
          );

        expect(usagesOf(whole.map(compactBlock))).toEqual(usagesOf(whole));
      }),
    );
  });

  it.each([
    ['on the node of the block', { pod: 'web', namespace: 'shop', node: 'worker-1' }, 'shop/web@', { owner: 'shop/web', node: 'worker-1' }],
    ['on another node', { pod: 'web', namespace: 'shop', node: 'worker-2' }, 'shop/web@worker-2', { owner: 'shop/web', node: 'worker-2' }],
    ['on a node that is not noted', { pod: 'web', namespace: 'shop' }, 'shop/web', { owner: 'shop/web', node: undefined }],
    ['of no pod', { node: 'worker-1', type: 'ipipTunnelAddress' }, '', { owner: null, node: undefined }],
  ])('says in one text whose an address is: %s', (_, secondary, text, owner) => {
    const whole = object('b', { spec: { cidr: '10.1.0.0/26', affinity: 'host:worker-1', attributes: [{ handle_id: 'x', secondary }] } });
    const [attribute] = (compactBlock(whole).spec?.['attributes'] ?? []) as readonly unknown[];

    expect(attribute).toBe(text);
    expect(ownerOf(attribute, 'worker-1')).toEqual(owner);
  });

  it('stays as it is when it is made small again', () => {
    const whole = object('b', {
      spec: { cidr: '10.1.0.0/26', attributes: [{ secondary: { pod: 'web', namespace: 'shop', node: 'worker-2' } }] },
    });

    expect(compactBlock(compactBlock(whole))).toEqual(compactBlock(whole));
  });
});
