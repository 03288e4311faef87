import { collector, EvidenceMissing } from './collector.ts';
import { pod } from './pod.ts';
import { agentPlaces, ownPlaces } from './probe-places.ts';
import type { ProbePlace, ProbeSource } from './probe-places.ts';
import type { ProbeAttempt, ProbeOutcome } from './prober.ts';
import { ReadError } from '../cluster/reader.ts';
import type { Pod } from '../cluster/wire.ts';
import { containerStatuses } from '../facts/pods.ts';
import { sh } from '../core/shell.ts';

/** What came of reaching the pod's address from one place. */
export interface ProbedFrom extends ProbeSource {
  readonly attempts: readonly ProbeOutcome[];
}

/** What came of reaching the pod's address, by the places tried; at least one. */
export type Connectivity = readonly ProbedFrom[];

const mostAttempts = 8;

/** Attempts to reach the pod's address from this process, the pod's own node and one other, as far as they can be made. */
export const connectivity = collector({
  name: 'connectivity',
  what: "connections to the pod's address",
  shows: ['Probe'],
  scope: 'target',
  permissions: ['list pods', 'get pods', 'list nodes', 'list networkpolicies.networking.k8s.io', 'list namespaces'],
  command: (target) =>
    target.kind === 'pod'
      ? sh`kubectl run reach-test --rm -i --restart=Never --image=busybox -- wget -T 3 -O- "http://$(kubectl get pod ${target.name} -n ${target.namespace} -o jsonpath='{.status.podIP}:{.spec.containers[0].ports[0].containerPort}')/"`
      : 'kubectl get pods -A -o wide',
  async collect(collecting): Promise<Connectivity> {
    const { cluster, read, reproduceBy, cut } = collecting;
    const { pod: found } = await read(pod);
    if (found === undefined) throw new EvidenceMissing('not-applicable', 'there is no pod to connect to');
    const attempts = attemptsFor(found);
    const [first] = attempts;
    if (first === undefined) throw new EvidenceMissing('not-applicable', 'the pod has no address, or no TCP port is declared');
    reproduceBy(sh`kubectl run reach-test --rm -i --restart=Never --image=busybox -- nc -zv -w 3 ${first.address} ${first.port}`);
    if (cluster.source === 'snapshot') throw new EvidenceMissing('manual', 'files tell nothing of connections');
    const { places, unread } = await findPlaces([ownPlaces(collecting), agentPlaces(collecting, found)]);
    if (places.length === 0)
      throw unread[0] ?? new EvidenceMissing('manual', 'this process is no pod or node of the cluster, and no agent runs on its nodes');
    const tried = await Promise.all(places.map(async (place) => probedFrom(place, attempts)));
    const failed = tried.flatMap((one) => ('why' in one ? [one.why] : []));
    if (failed.length === tried.length) throw new EvidenceMissing('unreachable', failed.join('; '));
    const gaps = [...unread.map(({ message }) => message), ...failed];
    if (gaps.length > 0) cut(`not from everywhere: ${gaps.join('; ')}`);
    return tried.filter((one) => 'attempts' in one);
  },
});

type Unread = ReadError | EvidenceMissing;

/** One kind of place that cannot be found does not keep from trying the others. */
async function findPlaces(searches: readonly Promise<readonly ProbePlace[]>[]): Promise<{ places: ProbePlace[]; unread: Unread[] }> {
  const found = await Promise.all(searches.map(async (search) => search.catch(unreadOnly)));
  return {
    places: found.flatMap((one) => (one instanceof Error ? [] : one)),
    unread: found.filter((one) => one instanceof Error),
  };
}

function unreadOnly(error: unknown): Unread {
  if (error instanceof ReadError || error instanceof EvidenceMissing) return error;
  throw error;
}

async function probedFrom(place: ProbePlace, attempts: readonly ProbeAttempt[]): Promise<ProbedFrom | { readonly why: string }> {
  try {
    const outcomes = await Promise.all(attempts.map(async (attempt) => place.probe(attempt)));
    return { ...place.source, attempts: outcomes.filter((outcome) => outcome !== undefined) };
  } catch (error) {
    if (error instanceof ReadError) return { why: `${place.source.from}: ${error.message}` };
    throw error;
  }
}

/** TCP to every declared port of the pod, and HTTP(S) where its readiness probe asks for it; at most eight. */
export function attemptsFor(found: Pod): readonly ProbeAttempt[] {
  const address = found.status?.podIP;
  if (address === undefined || address === '') return [];
  const containers = containerStatuses(found).filter(({ role }) => role === 'main' || role === 'sidecar');
  const ports = containers.flatMap(({ spec }) =>
    (spec?.ports ?? []).filter(({ protocol }) => protocol === undefined || protocol === 'TCP').map(({ containerPort }) => containerPort),
  );
  const tcp = [...new Set(ports)].map((port) => ({ kind: 'tcp' as const, address, port, path: null }));
  const http = containers.flatMap(({ spec }): ProbeAttempt[] => {
    const get = spec?.readinessProbe?.httpGet;
    const port = typeof get?.port === 'number' ? get.port : spec?.ports?.find(({ name }) => name === get?.port)?.containerPort;
    return get === undefined || port === undefined || get.host
      ? []
      : [{ kind: get.scheme === 'HTTPS' ? 'https' : 'http', address, port, path: get.path ?? '/' }];
  });
  return [...tcp, ...http].slice(0, mostAttempts);
}
