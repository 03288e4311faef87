import { exhibit } from '../../../core/evidence.ts';
import type { Exhibit } from '../../../core/evidence.ts';
import { sh } from '../../../core/shell.ts';
import type { NextAction, Subject } from '../../../core/verdict.ts';
import type { PolicyRef } from '../../../network/policy/policy.ts';

/** The policy as a subject; the namespace is null where it is cluster-scoped. */
export function policySubject({ kind, name }: PolicyRef): Subject {
  const [scope = '', own = name] = name.split('/');
  return { kind, namespace: isClusterScoped({ kind, name }) ? null : scope, name: own };
}

/** The first of a cluster-scoped policy's name is its kind, and no namespace has a capital letter. */
function isClusterScoped({ name }: PolicyRef): boolean {
  return /^[A-Z]/.test(name);
}

/** "NetworkPolicy shop/deny-all, CiliumNetworkPolicy shop/locked". */
export function policiesText(policies: readonly PolicyRef[]): string {
  return policies
    .map((policy) => {
      const { kind, namespace, name } = policySubject(policy);
      return namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
    })
    .join(', ');
}

/** What the policy says, as proof; no rules: it allows nothing. */
export function policyExhibit(policy: PolicyRef, rules: readonly string[]): Exhibit {
  const text = rules.length === 0 ? 'isolates the pod and allows nothing' : rules.slice(0, 6).join('\n');
  return exhibit({ ...policySubject(policy), field: 'spec' }, text);
}

/** Shows the namespace's policies of the same kinds. */
export function seePolicies(policies: readonly PolicyRef[], namespace: string): NextAction {
  const kinds = [...new Set(policies.map(({ kind }) => resourceOf(kind)))].join(',');
  return { title: 'See the policies of the namespace', command: sh`kubectl get ${kinds} -n ${namespace} -o yaml`, risk: 'read-only' };
}

/** As kubectl takes it: Calico and Antrea have kinds of the same names as others, which their groups tell apart. */
function resourceOf(kind: PolicyRef['kind']): string {
  return kind
    .replace(/^Calico(.*)/, '$1.crd.projectcalico.org')
    .replace(/^Antrea(.*)/, '$1.crd.antrea.io')
    .toLowerCase();
}
