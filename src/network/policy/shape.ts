import type { PodEndpoint } from './endpoint.ts';
import type { Match } from './match.ts';
import { isSelectable } from './peers.ts';
import type { Action, Policing, Policy, PolicyRef, Rule } from './policy.ts';
import { isSpec, type Spec } from './spec.ts';

/** What stands under a key: a text or number, a list of these, a number alone, an object, or a list of objects. */
export type Shape = 'text' | 'texts' | 'number' | 'object' | 'objects';

/** Shapes by key, whatever the depth at which it stands. */
export type Shapes = ReadonlyMap<string, Shape>;

/** Takes the keys by their shape. */
export function shapesOf(keys: Readonly<Partial<Record<Shape, readonly string[]>>>): Shapes {
  const entries = Object.entries(keys) as [Shape, readonly string[]][];
  return new Map(entries.flatMap(([shape, names]) => names.map((name) => [name, shape])));
}

/**
 * The first place, such as `ingress[0].source.selector`, where something of another shape stands, so that the API server would
 * not have accepted it. Keys without a shape are not looked at; null is as good as absent.
 */
export function misshapen(spec: Spec, shapes: Shapes): string | undefined {
  for (const [key, value] of Object.entries(spec)) {
    const shape = shapes.get(key);
    const place = shape === undefined || value === undefined || value === null ? undefined : placeIn(value, shape, shapes);
    if (place !== undefined) return `${key}${place}`;
  }
  return undefined;
}

/** The place within a value; empty where it is the value itself. */
function placeIn(value: unknown, shape: Shape, shapes: Shapes): string | undefined {
  switch (shape) {
    case 'text':
      return isText(value) ? undefined : '';
    case 'texts':
      return Array.isArray(value) && value.every(isText) ? undefined : '';
    case 'number':
      return typeof value === 'number' ? undefined : '';
    case 'object':
      return isSpec(value) ? below('.', misshapen(value, shapes)) : '';
    case 'objects':
      return Array.isArray(value) ? placeInList(value, shapes) : '';
  }
}

function placeInList(items: readonly unknown[], shapes: Shapes): string | undefined {
  for (const [position, item] of items.entries()) {
    const place = item === null ? undefined : placeIn(item, 'object', shapes);
    if (place !== undefined) return `[${position}]${place}`;
  }
  return undefined;
}

function below(dot: string, place: string | undefined): string | undefined {
  return place === undefined ? undefined : `${dot}${place}`;
}

/** The same of a whole spec; `spec` where it is no object itself. */
export function misshapenSpec(spec: unknown, shapes: Shapes): string | undefined {
  if (spec === undefined || spec === null) return undefined;
  return isSpec(spec) ? misshapen(spec, shapes) : 'spec';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

/** A policy whose meaning nobody knows: it may allow and deny anything to any pod of its namespace, or of the cluster. */
export function unreadablePolicy(ref: PolicyRef, namespace: string | null, place: string): Policy {
  const isFor = ({ pod }: PodEndpoint): boolean => namespace === null || pod.namespace === namespace;
  return {
    ref,
    selects: (endpoint): Match => isSelectable(endpoint) && isFor(endpoint) && { doubt: `its ${place} is malformed` },
    ingress: anything,
    egress: anything,
  };
}

const ruleOf = (action: Action): Rule => ({ action, peers: [], ports: [], peer: () => true, traffic: () => true });
const anything: Policing = { isolates: true, rules: [ruleOf('allow'), ruleOf('deny')] };
