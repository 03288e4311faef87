import type { CustomObject } from '../../cluster/wire.ts';
import { parseRange } from '../cidr.ts';
import { podsByName, staleBecause } from './pod-index.ts';
import { mostLeaks, type LeakedAddress, type PoolUsage } from './pool-usage.ts';
import { count, list, record, text } from './untyped.ts';
import { nameOf, type UsageInputs } from './usage-inputs.ts';

/** The pools of AntreaIPAM, which keep their own counts and owners (antrea-io/antrea:pkg/apis/crd/v1beta1/types.go). */
export function antreaUsages(inputs: UsageInputs): readonly PoolUsage[] {
  return (inputs.objects.AntreaIPPool ?? []).flatMap((pool) => usageOf(pool, inputs) ?? []);
}

function usageOf(pool: CustomObject, { pods }: UsageInputs): PoolUsage | undefined {
  const usage = record(pool.status?.['usage']);
  const [capacity, used] = [count(usage['total']), count(usage['used'])];
  if (capacity === undefined || used === undefined) return undefined;
  const index = podsByName.of(pods);
  const owned = list(pool.status?.['ipAddresses']).flatMap((one) => {
    const pod = record(record(record(one)['owner'])['pod']);
    const [namespace, name] = [text(pod['namespace']), text(pod['name'])];
    return namespace === undefined || name === undefined
      ? []
      : [{ address: text(record(one)['ipAddress']) ?? '', owner: `${namespace}/${name}` }];
  });
  const leaked = owned.flatMap(({ address, owner }): LeakedAddress[] => {
    const why = staleBecause(index, owner);
    return why === null ? [] : [{ address, owner, why }];
  });
  const livePods = owned.length - leaked.length;
  const range = record(list(pool.spec?.['ipRanges'])[0]);
  return {
    plugin: 'antrea',
    scope: 'pool',
    name: nameOf(pool),
    node: null,
    cidr: text(range['cidr']) ?? null,
    family: parseRange(text(range['cidr']) ?? text(range['start']) ?? '')?.family ?? 4,
    capacity,
    used,
    livePods,
    reserved: Math.max(0, used - owned.length),
    free: Math.max(0, capacity - used),
    leaked: leaked.slice(0, mostLeaks),
    blockedBy: null,
    exhaustedAs: 'pool-full',
    declaredFull: null,
    facts: `${used} of ${capacity} addresses of pool ${nameOf(pool)} are given out, ${livePods} of them to live pods`,
  };
}
