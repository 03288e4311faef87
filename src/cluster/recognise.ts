import { kinds, objectKind } from './kinds.ts';
import type { Kind } from './kinds.ts';

/** Groups that kinds were served under before, or are served under as well. */
const otherGroups: readonly (readonly [group: string, kind: Kind])[] = [
  ['events.k8s.io', 'Event'],
  ['extensions', 'DaemonSet'],
  ['extensions', 'Deployment'],
  ['extensions', 'ReplicaSet'],
  ['extensions', 'NetworkPolicy'],
];

const byGroupAndKind = new Map<string, Kind>(
  (Object.keys(kinds) as Kind[]).flatMap((kind) =>
    [kinds[kind].group, ...(kinds[kind].alternatives ?? []).map(({ group }) => group)].map((group): [string, Kind] => [
      `${group}/${objectKind(kind)}`,
      kind,
    ]),
  ),
);
for (const [group, kind] of otherGroups) byGroupAndKind.set(`${group}/${objectKind(kind)}`, kind);

/** The API group of an apiVersion: '' for `v1`, `apps` for `apps/v1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Our name for the kind of an object, by group and kind whatever the version; undefined for kinds that are not read. */
export function recogniseKind(apiVersion: string, kind: string): Kind | undefined {
  return byGroupAndKind.get(`${groupOf(apiVersion)}/${kind}`);
}

/** The `apiVersion` and `kind` that objects of a kind carry in the version we read first. */
export function typeOf(kind: Kind): { apiVersion: string; kind: string } {
  const { group, versions } = kinds[kind];
  return { apiVersion: group === '' ? versions[0] : `${group}/${versions[0]}`, kind: objectKind(kind) };
}
