import { loosened } from './reading.ts';

/** One wrapper around the cause of a sandbox error. */
export interface Layer {
  readonly name: string;
  /** Only network set-up writes it; `Failed to create pod sandbox` is written for images and runtimes too. */
  readonly ofCni: boolean;
  /** May capture `type` (the plugin that it names) and `op` (what it was asked to do). */
  readonly pattern: RegExp;
}

const layer = (name: string, pattern: RegExp): Layer => ({ name, ofCni: true, pattern: new RegExp(pattern.source, 'gi') });
const anyOne = (name: string, pattern: RegExp): Layer => ({ ...layer(name, pattern), ofCni: false });

/**
 * The wrappers, each as its writer formats it. Sources: kubernetes/kubernetes:pkg/kubelet/kuberuntime/kuberuntime_manager.go,
 * containerd/containerd:internal/cri/server/sandbox_run.go, cri-o/cri-o:server/sandbox_network.go,
 * cri-o/ocicni:pkg/ocicni/ocicni.go, containernetworking/cni:libcni/api.go,
 * k8snetworkplumbingwg/multus-cni:pkg/multus/multus.go, ovn-org/ovn-kubernetes:go-controller/pkg/cni/cnishim.go.
 */
export const layers: readonly Layer[] = [
  anyOne('kubelet', /Failed (?:to )?create pod sandbox: /),
  anyOne('kubelet', /(?:error killing pod: |failed to "?\w+"? for "?[^" ]+"? with \w+: )+/),
  anyOne('kubelet', /Error syncing pod(?:, skipping)?(?:: | err=")/),
  anyOne(
    'kubelet',
    /(?:RunPodSandbox|StopPodSandbox) (?:from runtime service|for "?[^" ]+"?) failed"? ?(?:podSandboxID="?\S+"? )?(?:err(?:or)?=)?"?/,
  ),
  layer('kubelet', /"?Error (?:adding|deleting) pod (?:to|from) network"? err="?/),
  layer('kubelet', /(?:container )?runtime network not ready: NetworkReady=false reason: ?NetworkPluginNotReady message: ?/),
  layer('runtime', /Network plugin returns error: /),
  anyOne('grpc', /rpc error: code = ?\w+ desc = /),
  layer('containerd', /failed to (?<op>set ?up|destroy) network for sandbox(?: "?[^": ]*"?)?:? /),
  layer('cri-o', /failed to (?<op>create|destroy|setup) (?:pod )?network (?:sandbox|for pod sandbox) [^ ]+: /),
  layer('ocicni', /error (?<op>adding|removing) pod [^ ]+ (?:to|from) CNI network "?[^": ]+"?: /),
  layer('dockershim', /failed to set ?up sandbox container(?: "?[^" ]+"?)? network(?: for pod(?: "?[^": ]+"?)?)?:? /),
  layer('dockershim', /network ?Plugin cni failed to (?<op>set ?up|tear ?down) pod(?: "?[^" ]+"?)? network: /),
  layer('libcni', /plugin type="?(?<type>[^" ]+?)"?(?: name="?[^" ]+?"?)? failed \((?<op>add|del|delete|check|status)\): /),
  layer('libcni', /(?<![^ :"[])(?<type>[a-z][\w.-]*) failed \((?<op>add|del|delete)\): /),
  layer('multus', /Multus: \[[^\]]*\]: /),
  layer('multus', /Multus: Err (?:adding pod to network "?[^": ]*"?|in tearing down failed plugins): /),
  layer(
    'multus',
    /(?:Multus: )?(?:delegateAdd: )?error in(?:voking| invoke) Delegate ?(?<op>add|del) - "?(?<type>[^": ]+)"?: (?:error in getting result from (?:Add|Del)Network(?:List)?: )?/,
  ),
  layer('multus', /(?:\[[^\]/ ]+\/[^\] ]*:[^\] ]*\]: )?error (?:adding|removing) container (?:to|from) network "?[^": ]*"?: /),
  layer('shim', /CNI request failed with status \d+: ?'?(?:\[[^\]]*\] ?)*/),
  layer('delegate', /failed to delegate (?:add|del): /),
  layer('exec', /netplugin failed: "?/),
];

const loose = layers.map((layer) => ({ ...layer, pattern: loosened(layer.pattern) }));

export interface FoundLayer {
  readonly name: string;
  readonly ofCni: boolean;
  readonly start: number;
  readonly end: number;
  readonly type: string | null;
  readonly op: string | null;
}

/** The wrappers of a reading from left to right. `joined` readings may lack spaces, so they are searched loosely. */
export function findLayers(text: string, reading: 'spaced' | 'joined'): readonly FoundLayer[] {
  const found = (reading === 'spaced' ? layers : loose).flatMap(({ name, ofCni, pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({
      name,
      ofCni,
      start: match.index,
      end: match.index + match[0].length,
      type: match.groups?.['type'] ?? null,
      op: match.groups?.['op'] ?? null,
    })),
  );
  const sorted = found.sort((a, b) => a.start - b.start || b.end - a.end);
  return sorted.filter((layer, index) => !sorted.slice(0, index).some((outer) => outer.start <= layer.start && layer.end <= outer.end));
}
