import { findLayers, type FoundLayer } from './layers.ts';
import { read, withoutCleanUp, type Reading } from './reading.ts';

/** A sandbox error taken apart. */
export interface PeeledMessage {
  readonly operation: 'add' | 'delete' | null;
  /** The innermost `type=` token that is not a meta plugin, else the innermost meta; null where none is named. */
  readonly plugin: string | null;
  /** All `type=` tokens, outermost first. */
  readonly plugins: readonly string[];
  /** Names of the wrappers, outermost first. */
  readonly layers: readonly string[];
  /** What the last wrapper holds; the whole text where there is no wrapper. */
  readonly cause: string;
  /** Whether network set-up or tear-down wrapped it: without, the words may be of an image pull or a webhook. */
  readonly cni: boolean;
  /** The whole text, normalised. */
  readonly text: string;
}

/** Binaries that call other plugins, or that are chained behind one; named only when nothing else is. */
const metaTypes = new Set([
  'multus',
  'multus-shim',
  'multus-cni',
  'genie',
  'loopback',
  'portmap',
  'bandwidth',
  'tuning',
  'firewall',
  'sbr',
  'vrf',
]);

/**
 * Takes the wrappers off a sandbox error: kubelet, gRPC, runtime, libcni, meta plugin. Works on any text, also one
 * that was quoted, cut, or broken over lines; what has no wrapper is its own cause.
 */
export function peel(message: string | Reading): PeeledMessage {
  const { spaced, joined } = typeof message === 'string' ? read(message) : message;
  const first = takeApart(spaced, findLayers(spaced, 'spaced'));
  if (joined === null) return first;
  const second = takeApart(joined, findLayers(joined, 'joined'));
  return second.layers.length > first.layers.length ? second : first;
}

function takeApart(text: string, all: readonly FoundLayer[]): PeeledMessage {
  const setUp = withoutCleanUp(text);
  const found = all.filter((layer) => layer.start < setUp.length);
  const plugins = found.flatMap((layer) => (layer.type === null ? [] : [layer.type]));
  const inner = Math.max(0, ...found.map((layer) => layer.end));
  return {
    operation: operation(found),
    plugin: plugins.findLast((type) => !metaTypes.has(type)) ?? networkType(text) ?? plugins.at(-1) ?? null,
    plugins,
    layers: found.map((layer) => layer.name),
    cause: withoutLooseEnds(setUp.slice(inner)),
    cni: found.some((layer) => layer.ofCni),
    text,
  };
}

function operation(found: readonly FoundLayer[]): PeeledMessage['operation'] {
  const op = found.find((layer) => layer.op !== null)?.op;
  if (op === undefined || op === null) return null;
  if (/^(add|adding|create|set ?up)$/i.test(op)) return 'add';
  return /^(del|delete|removing|destroy|tear ?down)$/i.test(op) ? 'delete' : null;
}

/** Kubelets before 1.24 name the plugin in fields behind the error. */
function networkType(text: string): string | undefined {
  return /networkType="?([\w.-]+)"?/.exec(text)?.[1];
}

function withoutLooseEnds(cause: string): string {
  const trimmed = cause.trim();
  const odd = (quote: string): boolean => trimmed.split(quote).length % 2 === 0;
  if (trimmed.endsWith('"') && odd('"')) return trimmed.slice(0, -1).trim();
  if (trimmed.endsWith("'") && odd("'")) return trimmed.slice(0, -1).trim();
  return trimmed;
}
