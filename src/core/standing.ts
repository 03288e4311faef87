import type { Impact } from './diagnosis.ts';
import type { Exhibit } from './evidence.ts';

/** How the target stands now, apart from any cause: the facts layer reads it from the evidence. */
export interface Standing {
  /** `gone`: it does not exist any more. `unknown`: it could not be read. */
  readonly state: 'healthy' | 'unhealthy' | 'gone' | 'unknown';
  /** One sentence for people: "Pod shop/checkout-1 is Ready since 10:41". */
  readonly sentence: string;
  /** Of a target that is gone: whether its owner's present pods are healthy; null where that is not known. */
  readonly successors: 'healthy' | 'unhealthy' | null;
  readonly node: string | null;
  readonly impact: Impact;
  readonly exhibits: readonly Exhibit[];
}
