/** Where an alert belongs: the cluster at hand, another one that is known, or nowhere that is diagnosed here. */
export type Place =
  | { readonly kind: 'own' }
  | { readonly kind: 'other'; readonly name: string }
  | { readonly kind: 'elsewhere'; readonly name: string };

/** Sorts alerts by their `cluster` label. */
export interface ClusterRouting {
  placeOf(labels: Readonly<Record<string, string>>): Place;
}

/**
 * Alerts without a `cluster` label are of the cluster at hand, and so are all that name no known one while the cluster at hand
 * has no name of its own (`CLUSTER_NAME` unset).
 */
export function clusterRouting(own: string | null, others: readonly string[]): ClusterRouting {
  return {
    placeOf(labels) {
      const name = Object.hasOwn(labels, 'cluster') ? (labels['cluster'] ?? '') : '';
      if (name === '' || name === own) return { kind: 'own' };
      if (others.includes(name)) return { kind: 'other', name };
      return own === null ? { kind: 'own' } : { kind: 'elsewhere', name };
    },
  };
}
