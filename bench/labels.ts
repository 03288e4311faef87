const filler = ['container', 'endpoint', 'job', 'prometheus', 'service', 'team', 'tier', 'uid', 'zone', 'severity'];

/** As many labels, and as long, as kube-prometheus gives an alert about a pod. */
export function labelsOf(pod: string): Record<string, string> {
  return {
    alertname: 'KubePodNotReady',
    namespace: 'shop',
    pod,
    ...Object.fromEntries(filler.map((name) => [name, `${name}-of-the-shop-cluster`])),
  };
}
