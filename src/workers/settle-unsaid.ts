import type { AlertStore } from '../store/alert-store.ts';
import { type BatchContext, dealOut } from './deal-out.ts';

export interface UnsaidContext extends BatchContext {
  readonly alerts: Pick<AlertStore, 'claim' | 'check' | 'get'>;
}

/**
 * Settles alerts that Alertmanager lists no more, though no webhook has said that they resolved: it was cut off by max_alerts, or
 * lost while we were away. Those that are known as resolved already stay as they are.
 */
export async function settleUnsaid(context: UnsaidContext, fingerprints: readonly string[]): Promise<void> {
  // Before the alerts: a webhook that names one from now on is newer than this.
  const { stamp } = await context.alerts.check([]);
  const known = await Promise.all(fingerprints.map(async (fingerprint) => context.alerts.get(fingerprint)));
  const receivedAt = new Date(stamp / 1000).toISOString();
  const alerts = known.flatMap((one) =>
    one?.alert.status === 'firing' ? [{ ...one.alert, status: 'resolved' as const, endsAt: receivedAt }] : [],
  );
  const batch = { version: 1, kind: 'batch', origin: 'no longer listed by Alertmanager', receivedAt, stamp, alerts } as const;
  await dealOut(context, batch, `unlisted-${Math.floor(stamp)}`);
}
