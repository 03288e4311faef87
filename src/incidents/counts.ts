import type { IncidentAlert } from './incident.ts';

/** How large an incident is, in numbers. */
export interface IncidentCounts {
  readonly alerts: number;
  readonly firing: number;
  readonly pods: number;
  readonly nodes: number;
}

/** Counts an incident's alerts; pods and nodes are those that the alerts name, each once. */
export function countAlerts(alerts: readonly IncidentAlert[]): IncidentCounts {
  const distinct = (names: readonly (string | null)[]): number => new Set(names.filter((name) => name !== null)).size;
  return {
    alerts: alerts.length,
    firing: alerts.filter(({ status }) => status === 'firing').length,
    pods: distinct(alerts.map(({ namespace, pod }) => (pod === null ? null : `${namespace}/${pod}`))),
    nodes: distinct(alerts.map(({ pod, node }) => (pod === null ? node : null))),
  };
}
