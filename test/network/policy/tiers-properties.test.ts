import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NaivePolicy, naiveTiersReach } from './naive-tiers.ts';
import {
  asAdminKinds,
  asClusterKind,
  core,
  every,
  nameOf,
  namespaces,
  pods,
  policy,
  query,
  type Query,
  ranked,
  type Tiers,
  withName,
} from './tier-arbitraries.ts';
import { ask, namespace, world } from './support.ts';

/** The connections of which the two evaluators say something different. */
function differences(list: readonly NaivePolicy[], policies: Tiers, asked: readonly Query[]): string[] {
  const index = world({ pods, namespaces: Object.entries(namespaces).map(([name, labels]) => namespace(name, labels)), policies });
  const cluster = { namespaces: withName, policies: policies.NetworkPolicy as never[] };
  return asked.flatMap(({ from, to, port }) => {
    const [number, protocol = ''] = port.split('/');
    const expected = naiveTiersReach(cluster, list, { from, to, port: Number(number), protocol }) ? 'allowed' : 'blocked';
    const { verdict, egress, ingress } = ask(index, nameOf(from), nameOf(to), port);
    return verdict === expected
      ? []
      : [`${nameOf(from)} -> ${nameOf(to)} ${port}: ${verdict}, not ${expected}: ${egress.why}; ${ingress.why}`];
  });
}

const queries = fc.array(query, { minLength: 1, maxLength: 20 });

describe('the tiers around NetworkPolicy agree with a plain reading of the API', () => {
  it('as AdminNetworkPolicies and the one BaselineAdminNetworkPolicy', () => {
    const baseline = fc.array(policy('Baseline', ['allow', 'deny']), { maxLength: 1 });
    const drawn = fc.record({ admin: fc.array(policy('Admin', every), { maxLength: 4 }), baseline, core, queries });
    fc.assert(
      fc.property(drawn, ({ admin, baseline: base, core: NetworkPolicy, queries: asked }) => {
        const [first, last] = [ranked(admin), ranked(base)];
        expect(differences([...first, ...last], { ...asAdminKinds(first, last), NetworkPolicy }, asked)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('as ClusterNetworkPolicies of both tiers', () => {
    const some = fc.array(fc.oneof(policy('Admin', every), policy('Baseline', every)), { maxLength: 6 });
    fc.assert(
      fc.property(some, core, queries, (drawn, NetworkPolicy, asked) => {
        const list = ranked(drawn);
        expect(differences(list, { ...asClusterKind(list), NetworkPolicy }, asked)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
