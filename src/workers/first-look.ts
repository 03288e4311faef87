import type { Alert } from '../core/alert.ts';
import type { Logger } from '../observability/logger.ts';
import type { Examine } from './triage.ts';

export interface FirstLookOptions {
  readonly examine: Examine;
  /** The `cluster` label values of the clusters to look at; null for one without a name. */
  readonly clusters: readonly (string | null)[];
  readonly timeoutMs: number;
  /** Ends a look under way, and all that were to follow. */
  readonly signal: AbortSignal;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** The widest target: an alert without pod and node. */
const alertname = 'KubeNetworkPluginError';

/**
 * Looks at each cluster once, before anything is wrong: what cannot be read there is said in the log now and not in the
 * first diagnosis, and the first alert of a storm finds connections open and the code compiled. Nobody is told of what it sees.
 * Never rejects.
 */
export async function firstLook(options: FirstLookOptions): Promise<void> {
  const { clusters, signal, log } = options;
  for (const cluster of clusters) {
    if (signal.aborted) return;
    try {
      const unread = await unreadIn(cluster, options);
      if (signal.aborted) return;
      if (unread.length > 0) log.warn({ cluster, unread }, 'parts of the cluster cannot be read: diagnoses will say so');
      else log.info({ cluster }, 'the cluster can be read');
    } catch (error) {
      if (!signal.aborted) log.warn({ cluster, err: error }, 'the cluster could not be looked at');
    }
  }
}

/** What is missing for reasons that a person can mend; nothing of what is not there, or takes long. */
const telling: ReadonlySet<string> = new Set(['forbidden', 'unauthorized', 'unreachable', 'failed']);

async function unreadIn(cluster: string | null, { examine, timeoutMs, signal }: FirstLookOptions): Promise<readonly string[]> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { recording } = await examine({ id: 'first-look', alert: alertAbout(cluster) }, limit);
  const why = Object.values(recording).flatMap((one) => (one.status === 'missing' && telling.has(one.reason) ? [one.why] : []));
  return [...new Set(why)];
}

function alertAbout(cluster: string | null): Alert {
  const labels = { alertname, ...(cluster === null ? {} : { cluster }) };
  return { alertname, fingerprint: null, status: 'firing', startsAt: null, endsAt: null, labels, annotations: {}, generatorUrl: '' };
}
