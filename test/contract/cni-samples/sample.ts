import type { DaemonSet } from '../../../src/cluster/wire.ts';
import type { Claim } from '../../../src/network/cni/details.ts';
import type { Where } from '../../../src/network/cni/signature.ts';

/** A text as a cluster shows it, and what it proves. */
export type Sample = readonly [claim: Claim, text: string];

/** What the contract suite tries a plugin with. */
export interface PluginSamples {
  /** Its agent as its own manifest installs it; null where it has none. */
  readonly daemonSet: DaemonSet | null;
  readonly texts: Readonly<Partial<Record<Where, readonly Sample[]>>>;
  /** Texts that must not be classified. */
  readonly harmless: readonly string[];
}

export interface AgentSample {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly containers: Readonly<Record<string, string>>;
}

/** A DaemonSet with these containers (name: image), placed on three nodes. */
export function daemonSet({ name, namespace, labels, containers }: AgentSample): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: Object.entries(containers).map(([container, image]) => ({ name: container, image })) },
      },
    },
    status: { currentNumberScheduled: 3, desiredNumberScheduled: 3, numberMisscheduled: 0, numberReady: 3 },
  };
}

/** A sandbox error as containerd's kubelet reports it. */
export function sandboxError(type: string, cause: string): string {
  const id = 'f5e94bf8c9bc61aa3c1d1ba424d9f8cc8dea0f35df11d8e5024d7eb14a5264d6';
  return `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${id}": plugin type="${type}" failed (add): ${cause}`;
}
