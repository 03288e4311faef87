import type { ProbeAttempt, ProbeOutcome } from './prober.ts';

/** What an agent on a node sees of its network: the output of the three commands, as far as it is read. */
export interface NodeNetwork {
  readonly node: string;
  /** Of `ip -j route show table all`. */
  readonly routes: string;
  /** Of `ip -j addr`. */
  readonly addresses: string;
  /** Of `ip -j -d link`. */
  readonly links: string;
}

/** Asks the agents on the nodes. What an agent that is there does not tell is a ReadError. */
export interface NodeView {
  /** Names of the nodes with an agent that can be asked, sorted. */
  nodes(signal: AbortSignal): Promise<readonly string[]>;
  /** Undefined where no agent runs on the node. */
  network(node: string, signal: AbortSignal): Promise<NodeNetwork | undefined>;
  /** One connection opened from the node; undefined where no agent runs on it. */
  probe(node: string, attempt: ProbeAttempt, signal: AbortSignal): Promise<ProbeOutcome | undefined>;
}
