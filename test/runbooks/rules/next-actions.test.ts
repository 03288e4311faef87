import { describe, expect, it } from 'vitest';
import { actionsFor } from '../../../src/runbooks/rules/next-actions.ts';
import type { PluginId } from '../../../src/network/cni/plugin.ts';
import { situation } from './seen-networks.ts';

const leak = { cause: 'ipam-state-corrupt', detail: 'leaked-allocations' } as const;
const commands = (main: PluginId, speaker: PluginId | null = null): readonly string[] =>
  actionsFor({ ...leak, speaker }, situation({ id: main })).map(({ command }) => command);

describe('what to do about leaked addresses', () => {
  it('is in the files of the node where the plugin keeps one for each address', () => {
    expect(commands('flannel')).toEqual([
      'kubectl get pods -A -o wide --field-selector spec.nodeName=worker-2',
      "kubectl debug node/worker-2 -it --image=busybox -- sh -c 'ls -l /host/var/lib/cni/networks/*'",
      'kubectl drain worker-2 --ignore-daemonsets --delete-emptydir-data',
    ]);
  });

  it('is asked of Calico, whose records are no files: no node need be drained', () => {
    expect(commands('calico')).toEqual([
      'kubectl get pods -A -o wide --field-selector spec.nodeName=worker-2',
      'calicoctl ipam check --show-problem-ips',
      'calicoctl ipam check -o report.json && calicoctl ipam release --from-report=report.json',
    ]);
  });

  it('goes by the plugin that spoke, where that is not the main one', () => {
    expect(commands('calico', 'whereabouts')).toContain('kubectl get ippools.whereabouts.cni.cncf.io -A -o yaml');
    expect(commands('calico', 'whereabouts').join()).not.toContain('drain');
  });
});

describe('what to do about an overlay that is down', () => {
  const looks = (detail: string) =>
    actionsFor({ cause: 'overlay-tunnel-down', detail }, situation({ id: 'flannel' })).map(({ command }) => command);

  it('is to look at the tunnel devices of the node, one of which may have the port', () => {
    expect(looks('vxlan')).toEqual(["kubectl debug node/worker-2 -it --image=busybox -- sh -c 'ip -d link'"]);
  });

  it('but BGP has no device', () => {
    expect(looks('bgp').join()).not.toContain('ip -d link');
  });
});
