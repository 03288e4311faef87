import { counted } from '../core/counted.ts';
import { causes } from '../core/causes.ts';
import type { Diagnosis, EvidenceItem, Impact } from '../core/diagnosis.ts';
import { duration } from '../core/moment.ts';
import type { Incident } from '../incidents/incident.ts';
import { cut, listed, oneLine } from './visible-text.ts';

/**
 * What an incident says first in every medium, on one line and unescaped: its headline, or, once it is over,
 * "Resolved after 14 min: …" with how it ended, else with the headline.
 */
export function headlineOf(incident: Incident): string {
  const over = resolvedAfter(incident);
  const cause = incident.rootCause === null ? 'Pod network alert' : causes[incident.rootCause].title;
  const headline = oneLine(incident.headline) || cause;
  if (over === null) return headline;
  const ending = oneLine(incident.resolution ?? '') || headline;
  return ending.startsWith('but ') ? `${over}, ${ending}` : `${over}: ${ending}`;
}

/**
 * "Resolved after 14 min"; null while the incident is open. An incident without alerts did not end: those that it had turned out to be of
 * another one, and may fire on there.
 */
export function resolvedAfter(incident: Incident): string | null {
  if (incident.status !== 'resolved') return null;
  if (incident.alerts.length === 0) return 'Told of in another incident by now';
  if (incident.resolvedAt === null) return 'Resolved';
  return `Resolved after ${duration(Date.parse(incident.resolvedAt) - Date.parse(incident.firstSeen))}`;
}

/** "42 pods in 7 namespaces, first at 10:03 UTC, 3 recovered"; null for an incident of one alert. */
export function growthOf(incident: Incident): string | null {
  const { alerts, firstSeen, lastSeen } = incident;
  if (alerts.length < 2) return null;
  const pods = new Set(alerts.flatMap(({ namespace, pod }) => (pod === null ? [] : [`${namespace}/${pod}`])));
  const namespaces = new Set(alerts.flatMap(({ namespace }) => (namespace === null ? [] : [namespace])));
  const nodes = new Set(alerts.flatMap(({ node }) => (node === null ? [] : [node])));
  const recovered = alerts.filter(({ status }) => status === 'resolved').length;
  const what =
    pods.size > 0
      ? `${counted(pods.size, 'pod')} in ${counted(namespaces.size, 'namespace')}`
      : nodes.size > 0
        ? counted(nodes.size, 'node')
        : counted(alerts.length, 'alert');
  const first = firstSeen.slice(0, 10) === lastSeen.slice(0, 10) ? clock(firstSeen) : dayAndClock(firstSeen);
  return [what, `first at ${first}`, ...(recovered > 0 ? [`${recovered} recovered`] : [])].join(', ');
}

/** "12 pods on 1 node in namespace shop; service shop/checkout"; null where nothing is known to be affected. */
export function impactOf(impact: Impact): string | null {
  const { pods, nodes, namespaces, services } = impact;
  const on = nodes > 0 ? ` on ${counted(nodes, 'node')}` : '';
  const where = namespaces.length > 0 ? ` in ${named('namespace', namespaces)}` : '';
  const affected = pods > 0 ? `${counted(pods, 'pod')}${on}${where}` : nodes > 0 ? counted(nodes, 'node') : '';
  const parts = [affected, services.length > 0 ? named('service', services) : ''].filter((part) => part !== '');
  return parts.length === 0 ? null : parts.join('; ');
}

/** What a diagnosis is about: "pod shop/checkout-7d4f on node worker-3 in cluster prod-eu", "node worker-3", "the cluster". */
export function targetText({ kind, cluster, namespace, name, node }: Diagnosis['target']): string {
  const full = kind === 'pod' ? `${namespace ?? ''}/${name ?? ''}` : name;
  const what = full === null ? 'the cluster' : `${kind} ${full}`;
  const where = node === null || node === name ? '' : ` on node ${node}`;
  return oneLine(`${what}${where}${cluster === null || cluster === '' ? '' : ` in cluster ${cluster}`}`);
}

/** Where a piece of evidence stands: "Event shop/checkout-7d4f", "Log kube-system/calico-node-x container calico-node", "Node worker-3 spec.podCIDR". */
export function placeOf({ source }: EvidenceItem): string {
  const { kind, namespace, name, container, field } = source;
  const object = [namespace, name].filter((part) => part !== null && part !== '').join('/');
  return oneLine([kind, object, container === null || container === '' ? '' : `container ${container}`, field ?? ''].join(' '));
}

/** The time of day, e.g. "10:03 UTC"; the text itself, cut short, where it is no time. */
export function clock(at: string): string {
  const time = isoTime(at);
  return time === null ? cut(oneLine(at), 40) : `${time.slice(11, 16)} UTC`;
}

/** Date and time, e.g. "2026-11-21 10:03 UTC"; the text itself, cut short, where it is no time. */
export function dayAndClock(at: string): string {
  const time = isoTime(at);
  return time === null ? clock(at) : `${time.slice(0, 10)} ${clock(at)}`;
}

/** The time to the second, e.g. "10:02:58 UTC", with the date where it is another day than that of `reference`. */
export function momentOf(at: string, reference: string): string {
  const time = isoTime(at);
  const sameDay = time !== null && time.slice(0, 10) === isoTime(reference)?.slice(0, 10);
  return sameDay ? `${time.slice(11, 19)} UTC` : dayAndSeconds(at);
}

/** Date and time to the second, e.g. "2026-11-21 10:03:07 UTC"; the text itself, cut short, where it is no time. */
export function dayAndSeconds(at: string): string {
  const time = isoTime(at);
  return time === null ? clock(at) : `${time.slice(0, 19).replace('T', ' ')} UTC`;
}

function isoTime(at: string): string | null {
  const time = Date.parse(at);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function named(noun: string, names: readonly string[]): string {
  return `${noun}${names.length === 1 ? '' : 's'} ${listed(names.map(oneLine), 4)}`;
}
