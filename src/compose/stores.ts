import type { Config } from '../config/config.ts';
import type { RedisClient } from '../redis/connection.ts';
import { type AlertStore, openAlertStore } from '../store/alert-store.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import { openIncidentStore } from '../store/incidents.ts';
import type { TriageStore } from '../store/triage-store.ts';
import { openTriageStore } from '../store/triages.ts';

/** Everything that is kept in Redis, on one connection. */
export interface Stores {
  readonly alerts: AlertStore;
  readonly triages: TriageStore;
  readonly incidents: IncidentStore;
}

/** Opens every store on one connection, which stays the caller's. */
export function openStores(redis: RedisClient, config: Config): Stores {
  const { retentionMs, dedupWindowMs, thresholds } = config;
  return {
    alerts: openAlertStore(redis, { retentionMs, dedupWindowMs }),
    triages: openTriageStore(redis, { retentionMs }),
    incidents: openIncidentStore(redis, { retentionMs, quietMs: thresholds.incidentQuietMs }),
  };
}
