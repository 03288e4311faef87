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

const tailLines = 200;
const limitBytes = 60_000;
const mostContainers = 6;

/** The last lines of the pod's containers that are not ready: the present run and, after a restart, the one before. */
export const podLogs = collector({
  name: 'podLogs',
  what: "the pod's own logs",
  shows: ['Log'],
  scope: 'target',
  permissions: ['get pods/log'],
  command: (target) => (target.kind === 'pod' ? logCommand(target) : 'kubectl get pods -A -o wide'),
  async collect(collecting): Promise<readonly PodLog[]> {
    const { pod: subject } = await collecting.read(pod);
    if (subject === undefined) return [];
    const troubled = containerStatuses(subject).filter(isTroubled);
    if (troubled.length > mostContainers) collecting.cut(`the logs of ${mostContainers} of ${troubled.length} containers`);
    const wanted = troubled
      .slice(0, mostContainers)
      .flatMap(({ name, status }) =>
        ((status?.restartCount ?? 0) > 0 ? [true, false] : [false]).map((previous) => ({ container: name, previous })),
      );
    if (subject.metadata !== undefined) collecting.reproduceBy(logCommand(subject.metadata));
    const ref = { namespace: subject.metadata?.namespace ?? '', pod: subject.metadata?.name ?? '' };
    const logs = await Promise.all(wanted.map((one) => logOf(collecting, { ...ref, ...one })));
    const found = logs.flatMap(({ log }) => log ?? []);
    const failure = logs.find(({ error }) => error !== undefined)?.error;
    if (found.length === 0 && failure !== undefined) throw failure;
    return found;
  },
});

function logCommand({ namespace = '', name = '' }: { readonly namespace?: string; readonly name?: string }): string {
  return sh`kubectl logs -n ${namespace} ${name} --all-containers --tail=200`;
}

/** A container that has run and is not ready now; one that never started has no log. */
function isTroubled({ status, role }: PodContainer): boolean {
  const started =
    status?.state?.running !== undefined || status?.state?.terminated !== undefined || status?.lastState?.terminated !== undefined;
  const finishedWell = role === 'init' && status?.state?.terminated?.exitCode === 0;
  return started && !finishedWell && status?.ready !== true;
}

/** One log that can't be read, such as that of a container which is just being re-created, does not take the others' away. */
async function logOf(
  { cluster, signal }: Collecting,
  one: { namespace: string; pod: string; container: string; previous: boolean },
): Promise<{ log?: PodLog; error?: ReadError }> {
  try {
    const text = await cluster.logs({ ...one, tailLines, limitBytes, signal });
    return text === undefined || text === '' ? {} : { log: { container: one.container, previous: one.previous, text } };
  } catch (error) {
    if (error instanceof ReadError) return error.reason === 'failed' ? {} : { error };
    throw error;
  }
}
