import type { Runbook } from '../core/runbook.ts';
import { runbooks } from './index.ts';

/** Users' own alert names, each with the ids of the runbooks that answer it. */
export type RunbookMapping = Readonly<Record<string, readonly string[]>>;

/** The runbooks that answer an alert, in the order of the list; none where nobody claims its name. */
export function runbooksFor(alertname: string, mapping: RunbookMapping = {}): readonly Runbook[] {
  const mapped = Object.hasOwn(mapping, alertname) ? mapping[alertname] : undefined;
  return runbooks.filter(({ id, alerts }) => (mapped === undefined ? alerts.includes(alertname) : mapped.includes(id)));
}

/** Every alert name that a runbook answers, sorted. */
export function claimedAlerts(mapping: RunbookMapping = {}): readonly string[] {
  return [...new Set([...runbooks.flatMap(({ alerts }) => alerts), ...Object.keys(mapping)])].toSorted();
}

/**
 * What clears an alert: a Ready pod is the end of KubePodNotReady (its expression asks for nothing else); an alert of
 * the network itself is over only when no rule finds anything, since a Ready pod may still be unreachable.
 */
export function clearedBy(alertname: string): 'readiness' | 'no-finding' {
  return /not_?ready/i.test(alertname) ? 'readiness' : 'no-finding';
}
