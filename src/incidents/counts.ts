import type { Incident, IncidentAlert } from './incident.ts';

/** How large an incident is, in numbers. */
export interface IncidentCounts {
  readonly alerts: number;
  readonly firing: number;
  readonly recovered: number;
  readonly pods: number;
  readonly nodes: number;
  readonly namespaces: number;
}

/** Counts an incident's alerts; pods, nodes and namespaces are those that the alerts name, each once. */
export function countAlerts(alerts: readonly IncidentAlert[]): IncidentCounts {
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  const distinct = (names: readonly (string | null)[]): number => new Set(names.filter((name) => name !== null)).size;
  return {
    alerts: alerts.length,
    firing,
    recovered: alerts.length - firing,
    pods: distinct(alerts.map(({ namespace, pod }) => (pod === null ? null : `${namespace}/${pod}`))),
    nodes: distinct(alerts.map(({ pod, node }) => (pod === null ? node : null))),
    namespaces: distinct(alerts.map(({ namespace }) => namespace)),
  };
}

/**
 * An incident's size in one line: "42 pods in 7 namespaces, first at 10:03 UTC, 3 recovered". An alert about a node counts as a node,
 * one about neither pod nor node as an alert.
 */
export function describeSize(incident: Pick<Incident, 'alerts' | 'firstSeen'>): string {
  const { alerts, recovered, pods, nodes, namespaces } = countAlerts(incident.alerts);
  const things = [...(pods > 0 ? [plural(pods, 'pod')] : []), ...(nodes > 0 ? [plural(nodes, 'node')] : [])];
  const what = things.length === 0 ? plural(alerts, 'alert') : things.join(' and ');
  const where = pods > 0 && namespaces > 0 ? ` in ${plural(namespaces, 'namespace')}` : '';
  const since = `first at ${incident.firstSeen.slice(11, 16)} UTC`;
  return [`${what}${where}`, since, ...(recovered > 0 ? [`${recovered} recovered`] : [])].join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
