import type { KubernetesApi } from '../../src/demo/kubernetes-api/kubernetes-api.ts';

/** Full lists of all pods that the API server was asked for: their first pages. */
export function podLists({ requests }: KubernetesApi): number {
  return requests.count(
    ({ path, query }) =>
      path === '/api/v1/pods' && query.get('continue') === null && !query.get('fieldSelector') && !query.get('labelSelector'),
  );
}
