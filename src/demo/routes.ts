/** Where the demo's Alertmanager sends alerts. */
export interface Receivers {
  readonly triageUrl: string;
  readonly pagerUrl: string;
}

/** The pager's group_wait, shortened from the usual 30 s so that nobody has to wait. */
export const pagerGroupWaitMs = 8000;

/** deploy/alertmanager/alertmanager.yml in small: the triage route first and at once, then the pager's, which waits. */
export function alertmanagerConfig({ triageUrl, pagerUrl }: Receivers): object {
  const triage = { receiver: 'triage', group_by: ['...'], group_wait: '0s', group_interval: '10s', repeat_interval: '24h', continue: true };
  const pager = {
    receiver: 'pager',
    group_by: ['alertname', 'namespace', 'pod'],
    group_wait: `${pagerGroupWaitMs / 1000}s`,
    group_interval: '10s',
  };
  return {
    route: { receiver: 'pager', routes: [triage, pager] },
    receivers: [
      { name: 'triage', webhook_configs: [{ url: triageUrl }] },
      { name: 'pager', webhook_configs: [{ url: pagerUrl }] },
    ],
  };
}
