import { fingerprintOf } from '../core/fingerprint.ts';
import type { WebhookAlert } from './webhook-body.ts';

/** An alert as sources post it; Alertmanager fills in what is missing. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

/** What a post means for the receivers. */
export interface Taken {
  readonly change: 'firing' | 'resolved' | 'none';
  readonly current: WebhookAlert;
}

/** Alertmanager's resolve_timeout. */
const endsAfterMs = 5 * 60_000;

/** The alerts by fingerprint: whoever posts last has said what counts. */
export class AlertBook {
  readonly #alerts = new Map<string, WebhookAlert>();

  take(posted: PostedAlert): Taken {
    const fingerprint = fingerprintOf(posted.labels);
    const known = this.#alerts.get(fingerprint);
    const endsAt = posted.endsAt ?? new Date(Date.now() + endsAfterMs).toISOString();
    const isOver = Date.parse(endsAt) <= Date.now();
    const current: WebhookAlert = {
      fingerprint,
      status: isOver ? 'resolved' : 'firing',
      labels: posted.labels,
      annotations: posted.annotations ?? {},
      startsAt: posted.startsAt ?? known?.startsAt ?? new Date().toISOString(),
      endsAt,
      generatorURL: posted.generatorURL ?? '',
    };
    if (isOver) this.#alerts.delete(fingerprint);
    else this.#alerts.set(fingerprint, current);
    const isNews = isOver ? known !== undefined : known === undefined;
    return { change: isNews ? current.status : 'none', current };
  }

  /** Those that have not ended. */
  firing(): readonly WebhookAlert[] {
    return [...this.#alerts.values()].filter(({ endsAt }) => Date.parse(endsAt) > Date.now());
  }
}
