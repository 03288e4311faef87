/** What an agent on a node sees of its network: the raw output of the three commands. */
export interface NodeNetwork {
  readonly node: string;
  /** Of `ip -j route show table all`. */
  readonly routes: string;
  /** Of `ip -j addr`. */
  readonly addresses: string;
  /** Of `ip -j -d link`. */
  readonly links: string;
}

/** Asks the agent of a node; undefined where no agent runs on it. */
export interface NodeView {
  network(node: string, signal: AbortSignal): Promise<NodeNetwork | undefined>;
}
