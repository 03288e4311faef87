/**
 * Which part of the service a process is; `all` is webhook and worker in one, `agent` the view of one node, `proxy` what alerts pass
 * on their way to Alertmanager.
 */
export const roles = ['all', 'webhook', 'worker', 'agent', 'proxy'] as const;
export type Role = (typeof roles)[number];

/** Whether the role takes HTTP from outside and queues. */
export function takesAlerts(role: Role): boolean {
  return role === 'all' || role === 'webhook';
}

/** Whether the role triages and publishes. */
export function triagesAlerts(role: Role): boolean {
  return role === 'all' || role === 'worker';
}
