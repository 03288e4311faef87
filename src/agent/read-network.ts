import { hostname } from 'node:os';
import type { NodeNetwork } from '../collectors/node-view.ts';
import type { IpCommand } from './ip-command.ts';

/** Whoever asks within so long of each other gets one answer: a storm of alerts about a node must not keep it busy. */
const sharedForMs = 1000;

/** The network of this node as `ip` shows it, in its own words. Concurrent callers share one look. Throws IpError. */
export function networkReader(ip: IpCommand, now: () => number = () => performance.now()): () => Promise<NodeNetwork> {
  let last: { readonly at: number; readonly network: Promise<NodeNetwork> } | undefined;
  return async () => {
    if (last === undefined || now() - last.at >= sharedForMs) last = { at: now(), network: readNetwork(ip) };
    return last.network;
  };
}

async function readNetwork(ip: IpCommand): Promise<NodeNetwork> {
  const [routes, addresses, links] = await Promise.all([
    ip('-j', 'route', 'show', 'table', 'all'),
    ip('-j', 'addr'),
    ip('-j', '-d', 'link'),
  ]);
  return { node: hostname(), routes, addresses, links };
}
