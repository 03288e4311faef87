import { kinds } from '../kinds.ts';
import type { Kind } from '../kinds.ts';

/** What troubleshoot.sh calls its files, where that is not the plural name. */
const otherNames: Readonly<Record<string, Kind>> = {
  pvs: 'PersistentVolume',
  pvcs: 'PersistentVolumeClaim',
  networkpolicy: 'NetworkPolicy',
  resourcequota: 'ResourceQuota',
};

const byName = new Map<string, Kind>(
  (Object.keys(kinds) as Kind[]).flatMap((kind): (readonly [string, Kind])[] => {
    const { group, plural } = kinds[kind];
    const isBuiltIn = group === '' || !group.includes('.') || /^(?:discovery|coordination|storage|networking)\.k8s\.io$/.test(group);
    return isBuiltIn ? [[plural, kind]] : [[`${plural}.${group}`, kind]];
  }),
);
for (const [name, kind] of Object.entries(otherNames)) byName.set(name, kind);

/**
 * The kind that a file's path speaks of, for objects that do not say it themselves: older troubleshoot.sh bundles hold
 * bare arrays in `cluster-resources/pods/NS.json` and `cluster-resources/network-policy/NS.json`.
 */
export function kindOfPath(path: string): Kind | undefined {
  const parts = path.toLowerCase().split('/');
  const file = parts.pop()?.replace(/\.(?:json|ya?ml)$/, '') ?? '';
  for (const part of [file, ...parts.toReversed()]) {
    // Objects of such a file are Secrets, whatever its folder is called.
    if (/secrets?$/.test(part)) return undefined;
    const kind = byName.get(part) ?? byName.get(part.replaceAll('-', ''));
    if (kind !== undefined) return kind;
  }
  return undefined;
}
