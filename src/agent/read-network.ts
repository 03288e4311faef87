import { hostname } from 'node:os';
import type { NodeNetwork } from '../collectors/node-view.ts';
import type { IpCommand } from './ip-command.ts';

/** The network of this node as `ip` shows it, in its own words. Those who ask while it looks share the look. Throws IpError. */
export function networkReader(ip: IpCommand): () => Promise<NodeNetwork> {
  let underWay: Promise<NodeNetwork> | undefined;
  return async () => {
    underWay ??= readNetwork(ip).finally(() => {
      underWay = undefined;
    });
    return underWay;
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
