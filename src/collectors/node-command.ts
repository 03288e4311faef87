import { sh } from '../core/shell.ts';
import type { Target } from '../core/target.ts';

/** The name of the target's node for a command line: as it is, or asked of the pod there; undefined where the target has no node of its own. */
export function nodeWord(target: Target): string | undefined {
  if (target.kind === 'node') return sh`${target.name}`;
  if (target.kind !== 'pod') return undefined;
  return sh`"$(kubectl get pod ${target.name} -n ${target.namespace} -o jsonpath='{.spec.nodeName}')"`;
}
