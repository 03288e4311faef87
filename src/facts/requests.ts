import type { Container, Pod } from '../cluster/wire.ts';
import { textMemory } from '../core/text-memory.ts';

/** What a pod asks of its node. */
export interface Requests {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Workloads are many, but ask for the same few amounts. */
const quantities = textMemory<number | undefined>(1_000);

/** The number that a Kubernetes quantity such as `250m`, `1.5Gi` or `1e3` stands for; undefined for anything else. */
export function parseQuantity(text: string | number | undefined): number | undefined {
  if (typeof text === 'number') return text;
  return quantities(text ?? '', () => numberOf(text ?? ''));
}

function numberOf(text: string): number | undefined {
  const [, number, suffix = ''] = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([numkMGTPE]i?|[KMGTPE]i)?$/.exec(text) ?? [];
  const factor = suffixes[suffix];
  const value = Number(number);
  return number === undefined || factor === undefined || Number.isNaN(value) ? undefined : value * factor;
}

/** The scheduler's sum: all containers and sidecars, or the largest init container where that is more, plus the pod's overhead. */
export function requestsOf(pod: Pod): Requests {
  return { cpuMillis: Math.round(requested(pod, 'cpu') * 1000), memoryBytes: Math.round(requested(pod, 'memory')) };
}

function requested({ spec }: Pod, resource: 'cpu' | 'memory'): number {
  const ask = (one: Container): number => parseQuantity(one.resources?.requests?.[resource]) ?? 0;
  const init = spec?.initContainers ?? [];
  const steady = [...(spec?.containers ?? []), ...init.filter((one) => one.restartPolicy === 'Always')].reduce(
    (sum, one) => sum + ask(one),
    0,
  );
  const starting = Math.max(0, ...init.filter((one) => one.restartPolicy !== 'Always').map(ask));
  return Math.max(steady, starting) + (parseQuantity(spec?.overhead?.[resource]) ?? 0);
}
