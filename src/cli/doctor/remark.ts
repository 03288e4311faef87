/** What the doctor says of one part of an installation. `unknown`: it could not be looked at, which is neither good nor bad. */
export interface Remark {
  /** The part: "Alertmanager http://am-0:9093", "Redis", "Slack", "Kubernetes". */
  readonly about: string;
  readonly verdict: 'good' | 'bad' | 'unknown';
  readonly what: string;
  /** What to do about it; null where there is nothing to do. */
  readonly cure: string | null;
}

/** A remark on a part that is as it should be. */
export function good(about: string, what: string): Remark {
  return { about, verdict: 'good', what, cure: null };
}

/** A remark on a part that has to be mended. */
export function bad(about: string, found: { readonly what: string; readonly cure: string }): Remark {
  return { about, verdict: 'bad', ...found };
}

/** A remark on a part that could not be looked at, and why. */
export function unknown(about: string, found: { readonly what: string; readonly cure: string }): Remark {
  return { about, verdict: 'unknown', ...found };
}
