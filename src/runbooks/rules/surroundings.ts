import { valueOf } from '../../core/evidence.ts';
import type { Evidence } from '../../core/evidence.ts';
import { oncePer } from '../../core/once-per.ts';
import type { Case } from '../../core/runbook.ts';
import type { Node } from '../../cluster/wire.ts';
import type { PoolObjects } from '../../collectors/address-pools.ts';
import type { PluginPod } from '../../collectors/plugin-pods.ts';
import type { ClusterPlugins } from '../../collectors/plugins.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import type { PodRow } from '../../collectors/pod-row.ts';
import type { ObservedEvent } from '../../facts/events.ts';
import { maxPodsUsage } from '../../network/ipam/max-pods.ts';
import { poolUsages } from '../../network/ipam/pool-usages.ts';
import { situationOf } from './situation.ts';
import type { Surroundings } from './words/words.ts';

type Known<T> = T | Evidence<T>;

/** The values of a rule as far as it cites them; each may be the value itself or evidence that may be missing. */
export interface RuleValues {
  readonly pod: SubjectPod;
  readonly podEvents?: Known<readonly ObservedEvent[]>;
  readonly node?: Known<Node | undefined>;
  readonly nodes?: Known<readonly Node[]>;
  readonly podRows?: Known<readonly PodRow[]>;
  readonly plugins?: Known<ClusterPlugins>;
  readonly pluginPods?: Known<readonly PluginPod[]>;
  readonly addressPools?: Known<PoolObjects>;
  readonly nodeEvents?: Known<readonly ObservedEvent[]>;
}

function known<T>(value: Known<T> | undefined): T | undefined {
  return isEvidence(value) ? valueOf(value) : value;
}

function isEvidence<T>(value: Known<T> | undefined): value is Evidence<T> {
  return typeof value === 'object' && value !== null && 'status' in value && 'durationMs' in value;
}

/** What plugin words are weighed against, from whatever the rule's steps brought. Many rules of a case cite the same, and it is computed once. */
export function surroundings(values: RuleValues, at: Case): Surroundings {
  const cited = names.map((name) => known<unknown>(values[name]));
  const before = ofCase(at);
  const same = before.find((one) => one.cited.every((value, index) => value === cited[index]));
  if (same !== undefined) return same.surroundings;
  const found = computed(values, at);
  before.push({ cited, surroundings: found });
  return found;
}

const ofCase = oncePer((_case: Case): { readonly cited: readonly unknown[]; readonly surroundings: Surroundings }[] => []);

const names = ['pod', 'podEvents', 'node', 'nodes', 'podRows', 'plugins', 'pluginPods', 'addressPools', 'nodeEvents'] as const;

function computed(values: RuleValues, at: Case): Surroundings {
  const situation = situationOf(
    {
      pod: values.pod,
      podEvents: known(values.podEvents),
      node: known(values.node),
      plugins: known(values.plugins),
      pluginPods: known(values.pluginPods),
      nodeEvents: known(values.nodeEvents),
    },
    at,
  );
  const pods = known(values.podRows);
  const nodes = known(values.nodes);
  const pools = known(values.addressPools);
  if (pods === undefined || nodes === undefined || situation.here === undefined) {
    return { situation, usages: [], podRows: pods, fullNode: undefined };
  }
  const inputs = {
    plugin: situation.main?.id ?? null,
    settings: situation.main?.settings ?? {},
    node: situation.here,
    nodes,
    pods,
    objects: pools?.objects ?? {},
  };
  const onNode = maxPodsUsage(inputs);
  return { situation, usages: poolUsages(inputs), podRows: pods, fullNode: onNode?.free === 0 ? onNode : undefined };
}
