import { describe, expect, it } from 'vitest';
import { anEvent, aNode, minutes, notReadyPod, waiting } from '../../support/objects.ts';
import { causesOf, theFinding } from './found.ts';

const pod = notReadyPod([waiting('web', 'ContainerCreating')], { spec: { nodeName: 'worker-1' } });
const refused = (words: string, reason = 'FailedCreatePodSandBox') =>
  anEvent(reason, `Failed to create pod sandbox: rpc error: code = Unknown desc = ${words}`, { count: 12 });

describe('a pod whose sandbox the runtime of its node does not make', () => {
  it.each([
    ['failed to get sandbox runtime: no runtime for "nvidia" is configured', 'nvidia'],
    ['unable to get OCI runtime for sandbox "18073b77": no runtime for "nvidia" is configured', 'nvidia'],
    ['failed to find runtime handler kata-qemu from runtime list map[crun:0xc00047e300 runc:0xc00047ef00]', 'kata-qemu'],
    ['RuntimeHandler "gvisor" not supported', 'gvisor'],
    ['RuntimeClass.node.k8s.io "kata" not found', 'kata'],
  ])('asks for one that the node does not have: %s', (words, runtime) => {
    const finding = theFinding({ pod, events: [refused(words)] });
    expect(finding).toMatchObject({ cause: 'app-crash-looping', detail: 'cannot-start', confidence: 'certain' });
    expect(finding.title).toContain(`asks for the runtime ${runtime}, which node worker-1 does not have`);
  });

  it('has a memory limit that is too low for a sandbox', () => {
    const words =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown';
    expect(causesOf({ pod, events: [refused(words)] })).toEqual(['app-oom-killed/container-limit certain']);
  });

  it.each([
    ['the network that fails', refused('failed to setup network for sandbox "1": plugin type="calico" failed (add): timeout')],
    ['a runtime that fails by itself', refused('failed to create sandbox container: mkdir /var/lib/containerd/x: no space left on device')],
    ['words of an hour ago', anEvent('FailedCreatePodSandBox', 'no runtime for "nvidia" is configured', { age: minutes(60) })],
  ])('is not found from %s', (_what, event) => {
    expect(causesOf({ pod, events: [event] })).toEqual([]);
  });

  it('is not found on a dead node', () => {
    const node = aNode({ conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] });
    expect(causesOf({ pod, node, events: [refused('no runtime for "nvidia" is configured')] })).toEqual([]);
  });
});
