import type { CustomObject } from '../../cluster/wire.ts';
import { defaultTier } from './calico.ts';
import { namesOf, type OrderedPolicy } from './policy.ts';
import { numberIn, textIn } from './spec.ts';
import { compose, describePassage, goOn, orderedStage, type Passage, type Possibility, type Selection } from './stages.ts';

export interface CalicoTier {
  readonly order: number;
  /** What happens at its end to traffic of a pod that one of its policies selects. */
  readonly atEnd: 'deny' | 'pass';
}

/** The tiers that Calico makes by itself, with their orders. */
const builtIn: readonly (readonly [name: string, tier: CalicoTier])[] = [
  ['adminnetworkpolicy', { order: 1_000, atEnd: 'pass' }],
  ['kube-admin', { order: 1_000, atEnd: 'pass' }],
  [defaultTier, { order: 1_000_000, atEnd: 'deny' }],
  ['baselineadminnetworkpolicy', { order: 10_000_000, atEnd: 'pass' }],
  ['kube-baseline', { order: 10_000_000, atEnd: 'pass' }],
];

/** The tiers by name, built-in ones included. */
export function calicoTiers(objects: readonly CustomObject[]): ReadonlyMap<string, CalicoTier> {
  const read = objects.map(({ metadata, spec }): [string, CalicoTier] => [
    metadata?.name ?? '',
    { order: numberIn(spec, 'order') ?? Number.POSITIVE_INFINITY, atEnd: textIn(spec, 'defaultAction') === 'Pass' ? 'pass' : 'deny' },
  ]);
  return new Map([...builtIn, ...read.filter(([name, { order }]) => name !== defaultTier || Number.isFinite(order))]);
}

/** Calico's policies tier by tier, Kubernetes NetworkPolicies among them in the tier `default`. */
export function calicoStage(
  selections: readonly Selection<OrderedPolicy>[],
  tiers: ReadonlyMap<string, CalicoTier>,
  passage: Passage,
): Possibility[] {
  const all = selections.filter(({ policy }) => policy[passage.direction] !== undefined);
  const names = [...new Set(all.map(({ policy }) => policy.tier))].sort();
  const ofTier = (name: string): Possibility[] =>
    tierStage(
      all.filter(({ policy }) => policy.tier === name),
      tiers.get(name),
      passage,
    );
  const stranger = names.find((name) => !tiers.has(name));
  if (stranger !== undefined) return inAnyOrder(names.map(ofTier), `the order of Calico's tier ${stranger} is not known`);
  const ordered = names.toSorted((a, b) => orderOf(tiers, a) - orderOf(tiers, b));
  return compose(ordered.map((name) => () => ofTier(name)));
}

/** What tiers may decide whose order is not known: any of their decisions, or none where each lets the traffic through. */
function inAnyOrder(tiers: readonly Possibility[][], doubt: string): Possibility[] {
  const isOpen = ({ ending }: Possibility): boolean => ending === 'continue' || ending === 'pass';
  const decisions = tiers.flat().filter((each) => !isOpen(each));
  const doubtful = decisions.map((each) => ({ ...each, doubt: each.doubt ?? doubt }));
  return tiers.every((tier) => tier.some(isOpen)) ? [...doubtful, goOn] : doubtful;
}

function orderOf(tiers: ReadonlyMap<string, CalicoTier>, name: string): number {
  return tiers.get(name)?.order ?? Number.MAX_SAFE_INTEGER;
}

function tierStage(selections: readonly Selection<OrderedPolicy>[], tier: CalicoTier | undefined, passage: Passage): Possibility[] {
  const found = orderedStage(selections, passage);
  if (found.at(-1)?.ending !== 'continue' || tier?.atEnd === 'pass') return found;
  const sure = selections.filter(({ selected }) => selected === true);
  const before = found.slice(0, -1);
  if (sure.length > 0) return [...before, endOfTier(sure, passage, null)];
  return [...before, endOfTier(selections, passage, 'whether a policy of the tier selects the pod cannot be told'), goOn];
}

function endOfTier(selections: readonly Selection<OrderedPolicy>[], passage: Passage, doubt: string | null): Possibility {
  const policies = selections.map(({ policy }) => policy.ref);
  const names = namesOf(policies);
  const who = `${names.join(', ')} ${names.length === 1 ? 'isolates' : 'isolate'} ${passage.traffic.self.name} for ${passage.direction}`;
  return { ending: 'deny', policies, why: `${who}, and no rule allows ${describePassage(passage)}`, doubt };
}
