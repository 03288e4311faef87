import { exhibit } from '../../core/evidence.ts';
import type { Case } from '../../core/runbook.ts';
import { confirmedOr, ruledOut, unknown } from '../../core/verdict.ts';
import type { Confidence, Finding, Verdict } from '../../core/verdict.ts';
import { judgeUsage } from '../../network/ipam/judge-usage.ts';
import type { PoolUsage } from '../../network/ipam/pool-usage.ts';
import { actionsFor } from './next-actions.ts';
import type { Situation } from './situation.ts';
import { subjectOfUsage, usageSentence } from './words/pool-figures.ts';

/** Is the pool really full: live addresses against what it can hold? Asked only where the pod waits for an address. */
export function poolReallyFull(usages: readonly PoolUsage[], situation: Situation, at: Case): Verdict {
  if (usages.length === 0) return unknown('no pool or range of this node could be counted');
  const findings = usages.flatMap((usage) => usageFinding(usage, situation, at));
  if (findings.length > 0) return confirmedOr(findings, '');
  return ruledOut(
    usages
      .map(({ facts }) => facts)
      .slice(0, 3)
      .join('; '),
  );
}

function usageFinding(usage: PoolUsage, situation: Situation, at: Case): readonly Finding[] {
  const verdict = judgeUsage(usage);
  if (verdict !== 'exhausted' && verdict !== 'leaking') return [];
  const waits = situation.sandbox === 'missing';
  if (!waits && at.alert.alertname !== 'KubeNetworkPluginError') return [];
  const told =
    verdict === 'exhausted'
      ? ({ cause: 'ip-pool-exhausted', detail: usage.exhaustedAs } as const)
      : ({ cause: 'ipam-state-corrupt', detail: 'leaked-allocations' } as const);
  const confidence: Confidence = waits || hasNoRange(usage) ? 'likely' : 'possible';
  const name = usage.scope === 'node' ? `node ${usage.name}` : `${usage.scope} ${usage.name}`;
  const leaks = usage.leaked.slice(0, 3).map(({ address, owner, why }) => `${address} (${owner}): ${why}`);
  return [
    {
      ...told,
      title: titleOf(usage, name),
      subject: subjectOfUsage(usage),
      confidence,
      summary: [usageSentence([usage]), ...(leaks.length === 0 ? [] : [`Leaked: ${leaks.join('; ')}.`])].join(' '),
      exhibits: [
        exhibit({ kind: usage.scope === 'node' ? 'Node' : 'IPPool', name: usage.name, field: 'allocations' }, usage.facts),
        ...leaks.map((leak) => exhibit({ kind: 'IPPool', name: usage.name, field: 'allocations' }, leak)),
      ],
      nearness: usage.scope === 'node' ? 'node' : 'cluster',
      at: null,
      actions: actionsFor(told, situation),
      // An agent that waits for a range to give is not ready, and is restarted in the end.
      ...(hasNoRange(usage) ? { explains: ['node-pod-cidr-missing', 'cni-plugin-unhealthy', 'cni-not-initialized'] as const } : {}),
    },
  ];
}

const hasNoRange = ({ capacity, declaredFull }: PoolUsage): boolean => capacity === 0 && declaredFull !== null;

function titleOf(usage: PoolUsage, name: string): string {
  if (hasNoRange(usage)) return `There is no range of pod addresses left for ${name}`;
  if (judgeUsage(usage) === 'exhausted') return `The pod addresses of ${name} are used up`;
  return `Addresses of ${name} are leaked: its range is full with few live pods`;
}
