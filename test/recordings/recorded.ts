/** A cluster as recorded, where what it holds was taken from, and what an engineer reads from it. */
export interface Recorded {
  readonly name: string;
  /** The public recordings and manifests whose objects it was rebuilt from: names, labels, images, conditions, texts. */
  readonly source: string;
  /** Id, role and version of every network plugin. */
  readonly plugins: string;
  /** Alert, `namespace/pod` or node, and the root cause with its detail and confidence, else the outcome. */
  readonly answers: readonly (readonly ['KubePodNotReady' | 'KubeNetworkPluginError', string, string])[];
}
