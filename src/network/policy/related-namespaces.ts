import type { LabelSelector } from '../../cluster/wire.ts';
import type { PodEndpoint } from './endpoint.ts';
import { both, every, isDoubt, type Match, not } from './match.ts';
import { isSelectable, type Peer, selectsPod } from './peers.ts';
import { labelSelector } from './selector.ts';

/** How the namespace of a peer's pod is to stand to the subject's, by the values of some labels. */
export interface Relation {
  readonly how: 'same' | 'not-same';
  readonly keys: readonly string[];
}

/**
 * Pods of namespaces that have all of these labels, with the subject's values (`sameLabels`), or with another value for one
 * of them (`notSameLabels`); without a label, nobody. As AdminNetworkPolicy v0.1.0 and v0.1.1 of network-policy-api had it.
 */
export function podsRelated({ how, keys }: Relation, selector?: LabelSelector): Peer {
  const pods = labelSelector(selector);
  const who = pods.text === 'all' ? 'all pods' : `pods ${pods.text}`;
  return {
    text: `${who} of namespaces with ${how === 'same' ? 'the same' : 'another'} ${keys.join(', ')}`,
    matches: (endpoint, self): Match => {
      if (!isSelectable(endpoint) || keys.length === 0) return false;
      const labelled = every(keys, (key) => hasLabel(endpoint, key));
      const same = (): Match => every(keys, (key) => isSame(endpoint, self, key));
      const related = both(labelled, () => (how === 'same' ? same() : not(same())));
      return both(related, () => selectsPod(pods, endpoint));
    },
  };
}

function hasLabel({ namespaceLabels }: PodEndpoint, key: string): Match {
  const value = namespaceLabels(key);
  return isDoubt(value) ? value : value !== undefined;
}

function isSame(endpoint: PodEndpoint, self: PodEndpoint, key: string): Match {
  const [there, here] = [endpoint.namespaceLabels(key), self.namespaceLabels(key)];
  if (isDoubt(there)) return there;
  return isDoubt(here) ? here : there === here;
}
