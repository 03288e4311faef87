import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { pod } from './pod.ts';
import { ReadError } from '../cluster/reader.ts';
import { sh } from '../core/shell.ts';
import { containerStatuses } from '../facts/pods.ts';
import type { PodContainer } from '../facts/pods.ts';

/** The end of a container's log. */
export interface PodLog {
  readonly container: string;
  readonly previous: boolean;
  readonly text: string;
}

const tailLines = 80;
const limitBytes = 60_000;
const mostContainers = 6;

/** The last lines of the pod's containers that are not ready: the present run and, after a restart, the one before. */
export const podLogs = collector({
  name: 'podLogs',
  what: "the pod's own logs",
  shows: ['Log'],
  scope: 'target',
  permissions: ['get pods/log'],
  command: (target) =>
    target.kind === 'pod'
      ? sh`kubectl logs -n ${target.namespace} ${target.name} --all-containers --tail=80`
      : 'kubectl logs -n <namespace> <pod> --all-containers --tail=80',
  async collect(collecting): Promise<readonly PodLog[]> {
    const { pod: found } = await collecting.read(pod);
    if (found === undefined) return [];
    const troubled = containerStatuses(found).filter(isTroubled);
    if (troubled.length > mostContainers) collecting.cut(`the logs of ${mostContainers} of ${troubled.length} containers`);
    const wanted = troubled
      .slice(0, mostContainers)
      .flatMap(({ name, status }) =>
        ((status?.restartCount ?? 0) > 0 ? [true, false] : [false]).map((previous) => ({ container: name, previous })),
      );
    const ref = { namespace: found.metadata?.namespace ?? '', pod: found.metadata?.name ?? '' };
    const logs = await Promise.all(wanted.map((one) => logOf(collecting, { ...ref, ...one })));
    return logs.flatMap((one) => one ?? []);
  },
});

/** A container that has run and is not ready now; one that never started has no log. */
function isTroubled({ status, role }: PodContainer): boolean {
  const started =
    status?.state?.running !== undefined || status?.state?.terminated !== undefined || status?.lastState?.terminated !== undefined;
  const finishedWell = role === 'init' && status?.state?.terminated?.exitCode === 0;
  return started && !finishedWell && status?.ready !== true;
}

async function logOf(
  { cluster, signal }: Collecting,
  one: { namespace: string; pod: string; container: string; previous: boolean },
): Promise<PodLog | undefined> {
  try {
    const text = await cluster.logs({ ...one, tailLines, limitBytes, signal });
    return text === undefined || text === '' ? undefined : { container: one.container, previous: one.previous, text };
  } catch (error) {
    // The log of a container that is just being re-created is refused with 400; the other containers' logs still count.
    if (error instanceof ReadError && error.reason === 'failed') return undefined;
    throw error;
  }
}
