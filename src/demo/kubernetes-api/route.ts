import { kinds } from '../../cluster/kinds.ts';
import type { Kind } from '../../cluster/kinds.ts';

/** What a request asks for, in the words of RBAC. */
export interface ApiRequest {
  readonly verb: 'get' | 'list';
  readonly kind: Kind;
  readonly group: string;
  readonly resource: string;
  readonly subresource: 'log' | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** Kinds by where the API serves them: `apps/v1/deployments`, `v1/pods`. */
const byPlace = new Map<string, Kind>(
  (Object.keys(kinds) as Kind[]).flatMap((kind) => {
    const { group, versions, plural } = kinds[kind];
    return versions.map((version): [string, Kind] => [`${group}/${version}/${plural}`, kind]);
  }),
);

const place =
  /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>[^/]+))?$/;

/** The request that a path stands for; undefined when nothing is served there. */
export function routeOf(path: string): ApiRequest | undefined {
  // A namespace itself is an object too: /api/v1/namespaces and /api/v1/namespaces/NAME.
  const namespaces = /^\/api\/v1\/namespaces(?:\/([^/]+))?$/.exec(path);
  if (namespaces !== null) return route('Namespace', { name: namespaces[1], namespace: undefined, sub: undefined });
  const { core, group = '', version, namespace, plural = '', name, sub } = place.exec(path)?.groups ?? {};
  const kind = byPlace.get(`${group}/${core ?? version ?? ''}/${plural}`);
  if (kind === undefined || kind === 'Namespace') return undefined;
  const { namespaced } = kinds[kind];
  if (namespaced ? name !== undefined && namespace === undefined : namespace !== undefined) return undefined;
  if (sub !== undefined && !(kind === 'Pod' && sub === 'log')) return undefined;
  return route(kind, { name, namespace, sub });
}

function route(kind: Kind, at: { name: string | undefined; namespace: string | undefined; sub: string | undefined }): ApiRequest {
  const { group, plural } = kinds[kind];
  return {
    verb: at.name === undefined ? 'list' : 'get',
    kind,
    group,
    resource: plural,
    subresource: at.sub === 'log' ? 'log' : undefined,
    namespace: decoded(at.namespace),
    name: decoded(at.name),
  };
}

function decoded(part: string | undefined): string | undefined {
  return part === undefined ? undefined : decodeURIComponent(part);
}
