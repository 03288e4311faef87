import { carries, withOurs, type Annotations } from './annotations.ts';
import { equalityFilters, oneOfFilter } from './filters.ts';
import type { ListedAlert, PostableAlert, Replica } from './replica.ts';

/** An alert and the annotations that Alertmanager shall carry on it; null to only see whether it is listed. */
export interface Assertion {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Annotations | null;
}

/** How a replica stood: it had ours already, it was given them, or it does not list the alert. */
export type Standing = 'kept' | 'posted' | 'absent';

/** Up to so many alerts are asked for one by one; the list of all costs Alertmanager and us more than that from here on. */
const askedSingly = 4;
const postedAtOnce = 500;
const namesInFilter = 20;

/**
 * Brings our annotations to one replica, where they are missing or changed. Alerts that it does not list are left alone:
 * posting one would open it again. Between reading an alert and posting it lie milliseconds, for whatever changes there in
 * between is overwritten.
 */
export async function assertOn(replica: Replica, assertions: readonly Assertion[]): Promise<ReadonlyMap<string, Standing>> {
  if (assertions.length > askedSingly) return assertAmong(await replica.alerts(sharedFilters(assertions)), replica, assertions);
  const standings = await Promise.all(
    assertions.map(async (assertion) => assertAmong(await replica.alerts(equalityFilters(assertion.labels)), replica, [assertion])),
  );
  return new Map(standings.flatMap((standing) => [...standing]));
}

async function assertAmong(
  listed: readonly ListedAlert[],
  replica: Replica,
  assertions: readonly Assertion[],
): Promise<ReadonlyMap<string, Standing>> {
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

/** Keeps the list to the alert names at hand: an Alertmanager may hold ten thousand alerts that are none of ours. */
function sharedFilters(assertions: readonly Assertion[]): readonly string[] {
  const names = [...new Set(assertions.map(({ labels }) => labels['alertname'] ?? ''))];
  return names.includes('') || names.length > namesInFilter ? [] : [oneOfFilter('alertname', names)];
}
