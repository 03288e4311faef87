import { describePort, type Endpoint } from './endpoint.ts';
import { both, type Doubt, isDoubt, type Match } from './match.ts';
import {
  type Action,
  type Direction,
  namesOf,
  type OrderedPolicy,
  type Policy,
  type PolicyRef,
  type Rule,
  type Traffic,
} from './policy.ts';

/** One side of a connection as policies see it: the policed pod, who is at the other end, and what passes. */
export interface Passage {
  readonly direction: Direction;
  readonly traffic: Traffic;
  readonly peer: Endpoint;
}

/** How a stage may end. `continue`: it says nothing, and the next stage is asked; `pass` skips the rest of its tier first. */
export type Ending = Action | 'continue';

/** One way in which a stage may end. Without a doubt it is how the stage ends, unless an earlier, doubtful one holds. */
export interface Possibility {
  readonly ending: Ending;
  readonly policies: readonly PolicyRef[];
  readonly why: string;
  readonly doubt: string | null;
}

/** A policy that selects the pod, or may do so. */
export interface Selection<P extends Policy = Policy> {
  readonly policy: P;
  readonly selected: true | Doubt;
}

/** Nothing is decided here: the next stage is asked. */
export const goOn: Possibility = { ending: 'continue', policies: [], why: '', doubt: null };

/** Words for what passes: `8080/TCP from shop/api`. */
export function describePassage({ direction, traffic, peer }: Passage): string {
  return `${describePort(traffic)} ${direction === 'ingress' ? 'from' : 'to'} ${peer.name}`;
}

/** Whether the rule speaks of this traffic with this peer. */
function ruleMatches(rule: Rule, { traffic, peer }: Passage): Match {
  return both(rule.traffic(traffic), () => rule.peer(peer, traffic.self));
}

const verbs: Readonly<Record<Action, readonly [one: string, several: string]>> = {
  allow: ['allows', 'allow'],
  deny: ['denies', 'deny'],
  pass: ['passes on', 'pass on'],
};

function decided(action: Action, policies: readonly PolicyRef[], passage: Passage): Possibility {
  const names = namesOf(policies);
  const [one, several] = verbs[action];
  const verb = names.length === 1 ? one : several;
  return { ending: action, policies, why: `${names.join(', ')} ${verb} ${describePassage(passage)}`, doubt: null };
}

function doubtOf(match: Match): string | null {
  return isDoubt(match) ? match.doubt : null;
}

/** The policies that speak of the direction, of those that select the pod. */
function speaking<P extends Policy>(selections: readonly Selection<P>[], direction: Direction): Selection<P>[] {
  return selections.filter(({ policy }) => policy[direction] !== undefined);
}

/**
 * Policies whose order does not matter: a deny wins, then any allow, then isolation by any of them. That is how
 * NetworkPolicies add up, and Cilium's policies with them.
 */
export function additiveStage(selections: readonly Selection[], passage: Passage): Possibility[] {
  const all = speaking(selections, passage.direction);
  const denials = matching(all, passage, 'deny');
  const allowances = matching(all, passage, 'allow');
  const found = [...outcome(denials, passage), ...(hasSure(denials) ? [] : outcome(allowances, passage))];
  return hasSure(denials) || hasSure(allowances) ? found : [...found, ...isolation(all, passage)];
}

interface Hit {
  readonly ref: PolicyRef;
  readonly action: Action;
  readonly match: true | Doubt;
}

/** The policies with a rule of that action that matches or may match; for each its surest rule. */
function matching(selections: readonly Selection[], passage: Passage, action: Action): Hit[] {
  return selections.flatMap(({ policy, selected }) => {
    const rules = (policy[passage.direction]?.rules ?? []).filter((rule) => rule.action === action);
    const hits = rules.map((rule) => both(selected, () => ruleMatches(rule, passage)));
    const match = hits.includes(true) ? true : hits.find(isDoubt);
    return match === undefined ? [] : [{ ref: policy.ref, action, match }];
  });
}

function hasSure(hits: readonly Hit[]): boolean {
  return hits.some(({ match }) => match === true);
}

/** The sure hits together as one ending, after the doubtful ones where none is sure. */
function outcome(hits: readonly Hit[], passage: Passage): Possibility[] {
  const sure = hits.filter(({ match }) => match === true);
  const [first] = sure;
  if (first !== undefined)
    return [
      decided(
        first.action,
        sure.map(({ ref }) => ref),
        passage,
      ),
    ];
  return hits.map(({ ref, action, match }) => ({ ...decided(action, [ref], passage), doubt: doubtOf(match) }));
}

function isolation(selections: readonly Selection[], passage: Passage): Possibility[] {
  const isolating = selections.filter(({ policy }) => policy[passage.direction]?.isolates === true);
  const sure = isolating.filter(({ selected }) => selected === true);
  if (sure.length > 0) return [isolated(sure, passage)];
  const doubtful = isolating.map((each) => ({ ...isolated([each], passage), doubt: doubtOf(each.selected) }));
  return [...doubtful, goOn];
}

function isolated(selections: readonly Selection[], passage: Passage): Possibility {
  const policies = selections.map(({ policy }) => policy.ref);
  const names = namesOf(policies);
  const verb = names.length === 1 ? 'isolates' : 'isolate';
  const who = `${names.join(', ')} ${verb} ${passage.traffic.self.name} for ${passage.direction}`;
  return { ending: 'deny', policies, why: `${who}, and no rule allows ${describePassage(passage)}`, doubt: null };
}

/**
 * Policies of one tier, lowest order first; within a policy the first rule that matches decides. Policies of equal order
 * have no order among themselves but in a series, so that each of their decisions is possible.
 */
export function orderedStage(selections: readonly Selection<OrderedPolicy>[], passage: Passage): Possibility[] {
  const all = speaking(selections, passage.direction);
  const orders = [...new Set(all.map(({ policy }) => policy.order))].sort((a, b) => a - b);
  const found: Possibility[] = [];
  for (const order of orders) {
    const group = seriesOf(all.filter(({ policy }) => policy.order === order)).map((series) => inTurn(series, passage));
    found.push(...group.flat().filter(({ ending }) => ending !== 'continue'));
    if (group.some((each) => each.at(-1)?.ending !== 'continue')) return agreed(found);
  }
  return [...found, goOn];
}

/** The policies by their series, each in the order of its names; a policy without one stands alone. */
function seriesOf(selections: readonly Selection<OrderedPolicy>[]): (readonly Selection[])[] {
  const groups = Map.groupBy(selections, (selection) => selection.policy.series?.id ?? selection);
  const nameOf = ({ policy }: Selection<OrderedPolicy>): string => policy.series?.name ?? '';
  return [...groups.values()].map((group) => group.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)));
}

/** What policies may decide of which each is asked while those before it say nothing. */
function inTurn(selections: readonly Selection[], passage: Passage): Possibility[] {
  const found: Possibility[] = [];
  for (const selection of selections) {
    const here = sequence(selection, passage);
    found.push(...here.filter(({ ending }) => ending !== 'continue'));
    if (here.at(-1)?.ending !== 'continue') return found;
  }
  return [...found, goOn];
}

/** Two policies of equal order that decide differently leave the decision open. */
function agreed(found: readonly Possibility[]): Possibility[] {
  const sure = found.filter(({ doubt }) => doubt === null);
  const endings = new Set(sure.map(({ ending }) => ending));
  if (endings.size < 2) return [...found.filter(({ doubt }) => doubt !== null), ...sure];
  const clash = `${namesOf(sure.flatMap(({ policies }) => policies)).join(' and ')} have the same priority and disagree`;
  return found.map((each) => ({ ...each, doubt: each.doubt ?? clash }));
}

/** What one policy's rules may decide, in their order; it ends with what is sure, which may be that it says nothing. */
function sequence({ policy, selected }: Selection, passage: Passage): Possibility[] {
  const found: Possibility[] = [];
  for (const rule of policy[passage.direction]?.rules ?? []) {
    const match = both(selected, () => ruleMatches(rule, passage));
    if (match === false) continue;
    found.push({ ...decided(rule.action, [policy.ref], passage), doubt: doubtOf(match) });
    if (match === true) return found;
  }
  return [...found, goOn];
}

/** Asks each stage in turn while the ones before leave the connection open; what comes last is sure where anything is. */
export function compose(stages: readonly (() => readonly Possibility[])[]): Possibility[] {
  const [stage, ...later] = stages;
  if (stage === undefined) return [goOn];
  const here = stage();
  const open = here.filter(({ ending }) => ending === 'continue' || ending === 'pass');
  const closed = here.filter((each) => !open.includes(each));
  if (open.length === 0) return closed;
  const next = compose(later);
  if (open.some(({ doubt }) => doubt === null)) return [...closed, ...next];
  const doubt = open[0]?.doubt ?? null;
  return [...next.map((each) => ({ ...each, doubt: each.doubt ?? doubt })), ...closed];
}
