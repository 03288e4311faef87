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
