/** What an agent on a node sees of its network, as `ip -j` prints it. */
export interface NodeNetwork {
  readonly node: string;
  /** `ip -j route show table all`. */
  readonly routes: readonly unknown[];
  /** `ip -j addr`. */
  readonly addresses: readonly unknown[];
  /** `ip -j -d link`. */
  readonly links: readonly unknown[];
}

/** Asks the agent of a node; undefined where no agent runs on it. */
export interface NodeView {
  network(node: string, signal: AbortSignal): Promise<NodeNetwork | undefined>;
}
