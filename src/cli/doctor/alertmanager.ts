import type { AlertmanagerConfig } from '../../config/config.ts';
import { parseAlertmanagerAddress } from '../../sinks/alertmanager/address.ts';
import { missingPeers } from '../../sinks/alertmanager/peers.ts';
import type { Replica, ReplicaStatus } from '../../sinks/alertmanager/replica.ts';
import { openReplicas } from '../../sinks/alertmanager/replicas.ts';
import { bad, good, type Remark, unknown } from './remark.ts';
import { routingRemarks, type RoutingWish } from './routing-remarks.ts';

/** Asks every replica for its state and judges its routes. */
export async function alertmanagerRemarks(
  config: AlertmanagerConfig,
  wish: Pick<RoutingWish, 'receiver' | 'alertnames'>,
): Promise<readonly Remark[]> {
  if (config.urls.length === 0) {
    const cure = 'set ALERTMANAGER_URLS to every replica, e.g. dns+http://alertmanager-operated:9093';
    return [unknown('Alertmanager', { what: 'ALERTMANAGER_URLS is not set: diagnoses are not written into the alerts', cure })];
  }
  const remarks: Remark[] = [];
  const replicas = openReplicas(config.urls.map(parseAlertmanagerAddress), {
    access: { ...config, bearerToken: config.bearerToken?.reveal() ?? null, basicPassword: config.basicPassword?.reveal() ?? null },
    onUnresolved: (host, { message }) =>
      remarks.push(bad('Alertmanager', { what: `${host} can't be looked up: ${message}`, cure: 'correct the name in ALERTMANAGER_URLS' })),
  });
  try {
    const current = await replicas.current();
    const looked = await Promise.all(
      current.map(async (replica) => lookAt(replica, { ...wish, pagerGroupWaitMs: config.pagerGroupWaitMs })),
    );
    const statuses = looked.flatMap(({ status }) => (status === null ? [] : [status]));
    const missing = missingPeers(statuses, current.length);
    if (missing !== null) remarks.push(bad('Alertmanager', missing));
    return [...remarks, ...looked.flatMap((one) => one.remarks)];
  } finally {
    await replicas.close();
  }
}

async function lookAt(
  replica: Replica,
  wish: Omit<RoutingWish, 'about'>,
): Promise<{ readonly status: ReplicaStatus | null; readonly remarks: readonly Remark[] }> {
  const about = `Alertmanager ${replica.name}`;
  try {
    const status = await replica.status();
    return { status, remarks: [good(about, `answers, version ${status.version}`), ...routingRemarks(status.config, { about, ...wish })] };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const cure = 'check ALERTMANAGER_URLS, ALERTMANAGER_AUTH_*, and whether a network policy lets the worker reach it';
    return { status: null, remarks: [bad(about, { what, cure })] };
  }
}
