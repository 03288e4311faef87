import type { AlertmanagerConfig } from '../config/config.ts';
import type { AlertmanagerAccess } from '../sinks/alertmanager/connection.ts';

/** How to get into Alertmanager, with the secrets revealed. */
export function accessOf(config: AlertmanagerConfig): AlertmanagerAccess {
  const { bearerToken, basicUser, basicPassword, tenant, caFile } = config;
  return { bearerToken: bearerToken?.reveal() ?? null, basicUser, basicPassword: basicPassword?.reveal() ?? null, tenant, caFile };
}
