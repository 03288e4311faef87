import type { Alert } from '../core/alert.ts';
import type { Logger } from '../observability/logger.ts';
import { claimedAlerts, type RunbookMapping } from '../runbooks/select.ts';
import type { ClusterRouting } from './cluster-routing.ts';

export interface ClaimOptions {
  readonly mapping: RunbookMapping;
  readonly clusterRouting: ClusterRouting;
  readonly logger: Pick<Logger, 'warn'>;
}

const rememberedClusters = 1000;

/** Whether a runbook answers an alert and its cluster is diagnosed here. Each cluster that is not is named in the log once. */
export function claims({ mapping, clusterRouting, logger }: ClaimOptions): (alert: Alert) => boolean {
  const claimed = new Set(claimedAlerts(mapping));
  const said = new Set<string>();
  return ({ alertname, labels }) => {
    if (!claimed.has(alertname)) return false;
    const place = clusterRouting.placeOf(labels);
    if (place.kind !== 'elsewhere') return true;
    if (!said.has(place.name) && said.size < rememberedClusters) {
      said.add(place.name);
      logger.warn({ cluster: place.name }, 'alerts of this cluster are ignored: it is neither CLUSTER_NAME nor in CONFIG_FILE');
    }
    return false;
  };
}
