import type { CustomObject } from '../../cluster/wire.ts';
import { misshapen, shapesOf } from './shape.ts';
import { isSpec, type Spec } from './spec.ts';

const shapes = shapesOf({
  text: ['cidr', 'port', 'protocol'],
  texts: ['fromEntities', 'toEntities', 'fromCIDR', 'toCIDR', 'except'],
  number: ['endPort'],
  object: ['matchLabels'],
  objects: [
    'ingress',
    'egress',
    'ingressDeny',
    'egressDeny',
    'fromEndpoints',
    'toEndpoints',
    'fromCIDRSet',
    'toCIDRSet',
    'toPorts',
    'ports',
  ],
});

const parts = shapesOf({ object: ['spec'], objects: ['specs'] });

/** Where Cilium's custom resource definition does not take the object, its specs aside; undefined where it does. */
export function ciliumMistake({ spec, specs }: CustomObject & { specs?: unknown }): string | undefined {
  return misshapen({ spec, specs }, parts);
}

/** Where Cilium's custom resource definition does not take one of its specs; undefined where it does. */
export function ciliumSpecMistake(spec: Spec): string | undefined {
  return misshapen(spec, shapes) ?? (isDefaultDeny(spec['enableDefaultDeny'] ?? {}) ? undefined : 'enableDefaultDeny');
}

/** Its `ingress` and `egress` are no lists of rules here, but true or false. */
function isDefaultDeny(value: unknown): boolean {
  return (
    isSpec(value) && [value['ingress'], value['egress']].every((each) => ['boolean', 'undefined'].includes(typeof (each ?? undefined)))
  );
}
