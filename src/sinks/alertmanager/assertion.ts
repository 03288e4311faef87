import { carries, withOurs, type Annotations } from './annotations.ts';
import { filtersForAll } from './filters.ts';
import type { ListedAlert, PostableAlert, Replica } from './replica.ts';

/** An alert and the annotations that Alertmanager shall carry on it; null to only see whether it is listed. */
export interface Assertion {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Annotations | null;
}

/** How a replica stood: it had ours already, it was given them, or it does not list the alert. */
export type Standing = 'kept' | 'posted' | 'absent';

const postedAtOnce = 500;

/**
 * Brings our annotations to one replica, where they are missing or changed: one request for all, and one more for each 500 that lack
 * them. Alerts that it does not list are left alone: posting one would open it again. Between reading an alert and posting it lie
 * milliseconds, for whatever changes there in between is overwritten.
 */
export async function assertOn(replica: Replica, assertions: readonly Assertion[]): Promise<ReadonlyMap<string, Standing>> {
  const listed = await replica.alerts(filtersForAll(assertions.map(({ labels }) => labels)));
  const byFingerprint = new Map(listed.map((alert) => [alert.fingerprint, alert]));
  const standings = new Map<string, Standing>();
  const missing: PostableAlert[] = [];
  for (const { fingerprint, annotations } of assertions) {
    const alert = byFingerprint.get(fingerprint);
    const post = alert !== undefined && annotations !== null && !carries(alert.annotations, annotations);
    if (post) missing.push(annotated(alert, annotations));
    standings.set(fingerprint, alert === undefined ? 'absent' : post ? 'posted' : 'kept');
  }
  for (let start = 0; start < missing.length; start += postedAtOnce) await replica.post(missing.slice(start, start + postedAtOnce));
  return standings;
}

/** The alert as it was read, with ours. Without endsAt Alertmanager would prolong it, without generatorURL empty that. */
function annotated(alert: ListedAlert, ours: Annotations): PostableAlert {
  const { labels, annotations, startsAt, endsAt, generatorURL } = alert;
  return { labels, annotations: withOurs(annotations, ours), startsAt, endsAt, generatorURL };
}
