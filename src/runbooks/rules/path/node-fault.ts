import { exhibit } from '../../../core/evidence.ts';
import type { Finding } from '../../../core/verdict.ts';
import { sh } from '../../../core/shell.ts';
import type { Node, Pod } from '../../../cluster/wire.ts';
import type { NodeNetwork } from '../../../collectors/node-view.ts';
import { mergeLinks, parseLinks } from '../../../network/links.ts';
import type { Link } from '../../../network/links.ts';
import { parseRoutes } from '../../../network/routes.ts';
import type { Route } from '../../../network/routes.ts';
import type { Situation } from '../situation.ts';

/** What the routes and interfaces of a node are held against. */
export interface RouteContext {
  readonly pod: Pod;
  readonly nodes: readonly Node[];
  readonly situation: Situation;
}

/** The routes and interfaces that the agent of a node has shown. */
export interface SeenNetwork {
  readonly node: string;
  readonly routes: readonly Route[];
  readonly links: readonly Link[];
}

/** Undefined where the agent's answer is not what `ip -j` prints, or holds no route at all. */
export function seenNetwork({ node, routes, addresses, links }: NodeNetwork): SeenNetwork | undefined {
  const parsed = parseRoutes(routes) ?? [];
  if (parsed.length === 0) return undefined;
  return { node, routes: parsed, links: mergeLinks(parseLinks(addresses) ?? [], parseLinks(links) ?? []) };
}

/** What is wrong on a node, in the words of its routes and interfaces. */
export interface NodeFault {
  readonly title: string;
  /** What was seen, with the figures. */
  readonly says: string;
  readonly cause: Finding['cause'];
  readonly detail: string | null;
}

/** A finding about a node, proven by what its agent has shown. */
export function nodeFault(node: string, { title, says, cause, detail }: NodeFault): Finding {
  const ofInterface = cause === 'mtu-mismatch' || cause === 'overlay-tunnel-down';
  return {
    cause,
    detail,
    title,
    subject: { kind: 'Node', namespace: null, name: node },
    confidence: 'likely',
    summary: `The routes and interfaces of node ${node} show: ${says}.`,
    exhibits: [exhibit({ kind: ofInterface ? 'Interface' : 'Route', name: node }, says)],
    nearness: 'node',
    at: null,
    actions: [
      {
        title: "See the node's routes and interfaces",
        command: sh`kubectl debug node/${node} -it --image=nicolaka/netshoot -- sh -c "ip route; ip -d link"`,
        risk: 'read-only',
      },
    ],
  };
}
