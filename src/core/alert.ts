/** One alert of a webhook payload. */
export interface Alert {
  readonly alertname: string;
  /** Alertmanager's 16 hex digits over the label set; null where the alert was made up by hand. */
  readonly fingerprint: string | null;
  readonly status: 'firing' | 'resolved';
  /** RFC 3339; null where nobody said. */
  readonly startsAt: string | null;
  /** RFC 3339 of the end of a resolved alert; null while it fires. */
  readonly endsAt: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generatorUrl: string;
}

/** An alert that somebody made up, so that nothing but its labels is known. */
export function alertOfLabels(labels: Alert['labels']): Alert {
  const unsaid = { fingerprint: null, startsAt: null, endsAt: null, annotations: {}, generatorUrl: '' };
  return { ...unsaid, alertname: labels['alertname'] ?? '', status: 'firing', labels };
}
