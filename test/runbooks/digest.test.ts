import { describe, expect, it } from 'vitest';
import type { PodRow } from '../../src/collectors/pod-row.ts';
import type { Evidence } from '../../src/core/evidence.ts';
import { blockRecords } from '../../src/network/ipam/calico-blocks.ts';
import { surroundingsOf } from '../../src/network/node-addresses.ts';
import { digest } from '../../src/runbooks/digest.ts';
import { nodeRanges } from '../../src/runbooks/rules/cidr-overlap.ts';
import { classifiedOn } from '../../src/runbooks/rules/plugin-logs.ts';
import { containerLog } from '../support/container-log.ts';
import { aNode, moment } from '../support/objects.ts';
import { collected } from './rules/seen-networks.ts';

const nodes = (count: number) => Array.from({ length: count }, (_, index) => aNode({ name: `worker-${index}` }));
const log = (lines: number) =>
  containerLog(Array.from({ length: lines }, (_, line) => `2026-03-14T10:29:00Z no more free addresses in pool ${line}`).join('\n'));

describe('the digest of what was read', () => {
  it('leaves the rules nothing to work out of the nodes, and pauses every five hundred of them', () => {
    const many = nodes(1_250);

    expect([...digest({ nodes: collected(many) }, moment)]).toHaveLength(4);
    expect([...surroundingsOf.stepwise(many), ...nodeRanges.stepwise(many)]).toEqual([]);
  });

  it('leaves the rules nothing to read in the logs, and pauses within a long one', () => {
    const logs = [log(250), log(10)];

    expect([...digest({ cniLogs: collected(logs) }, moment)].length).toBeGreaterThan(4);
    expect(logs.flatMap((one) => [...classifiedOn(moment.now).stepwise(one)])).toEqual([]);
    expect(logs.map((one) => classifiedOn(moment.now).of(one).length)).toEqual([250, 10]);
  });

  it("leaves the rules nothing to count of Calico's blocks, and asks of a full pool who holds each address", () => {
    const blocks = Array.from({ length: 100 }, (_, index) => ({
      spec: {
        cidr: `10.1.${index}.0/26`,
        affinity: 'host:worker-1',
        allocations: Array.from({ length: 64 }, () => 0),
        attributes: ['shop/web@'],
      },
    }));
    const pools = { CalicoIPPool: [{ metadata: { name: 'default' }, spec: { cidr: '10.1.0.0/16' } }], CalicoIPAMBlock: blocks };
    const pods: readonly PodRow[] = [];

    expect([...digest({ addressPools: collected({ objects: pools }), podRows: collected(pods) }, moment)]).toHaveLength(5);
    expect([...blockRecords.stepwise(blocks)]).toEqual([]);
  });

  it('does without what was not read', () => {
    const missing: Evidence<unknown> = { status: 'missing', reason: 'forbidden', why: 'may not list nodes', command: '', durationMs: 1 };

    expect([...digest({ nodes: missing }, moment)]).toEqual([]);
  });
});
