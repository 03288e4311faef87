import { kinds, objectKind } from '../../cluster/kinds.ts';
import type { Kind } from '../../cluster/kinds.ts';
import type { Answer } from './status.ts';

interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

function groupsOf(served: readonly Kind[]): readonly Group[] {
  const groups = new Map<string, Set<string>>();
  for (const kind of served) {
    const { group, versions } = kinds[kind];
    const known = groups.get(group) ?? new Set<string>();
    groups.set(group, known);
    for (const version of versions) known.add(version);
  }
  return [...groups].map(([name, versions]) => ({ name, versions: [...versions] }));
}

function groupObject({ name, versions }: Group): Record<string, unknown> {
  const listed = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: listed, preferredVersion: listed[0] };
}

/** The answer of a discovery path (`/api`, `/apis`, `/apis/GROUP`, `/apis/GROUP/VERSION`, `/version`, health); undefined for other paths. */
export function discoveryAnswer(path: string, served: readonly Kind[]): Answer | undefined {
  const ok = (body: unknown): Answer => ({ status: 200, body });
  if (/^\/(?:healthz|livez|readyz)$/.test(path)) return { status: 200, body: 'ok', contentType: 'text/plain; charset=utf-8' };
  if (path === '/version') return ok({ major: '1', minor: '34', gitVersion: 'v1.34.1', platform: 'linux/amd64' });
  if (path === '/api') return ok({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  const groups = groupsOf(served).filter(({ name }) => name !== '');
  if (path === '/apis') return ok({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupObject) });
  const [, name, version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? (path === '/api/v1' ? ['', '', 'v1'] : []);
  if (name === undefined) return undefined;
  if (version !== undefined) return resourceList(name, version, served);
  const group = groups.find((one) => one.name === name);
  return group === undefined ? undefined : ok({ kind: 'APIGroup', apiVersion: 'v1', ...groupObject(group) });
}

function resourceList(group: string, version: string, served: readonly Kind[]): Answer | undefined {
  const listed = served.filter((kind) => kinds[kind].group === group && kinds[kind].versions.includes(version));
  if (listed.length === 0) return undefined;
  const resources = listed.map((kind) => ({
    name: kinds[kind].plural,
    singularName: objectKind(kind).toLowerCase(),
    namespaced: kinds[kind].namespaced,
    kind: objectKind(kind),
    verbs: ['get', 'list', 'watch'],
  }));
  const groupVersion = group === '' ? version : `${group}/${version}`;
  return { status: 200, body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources } };
}
