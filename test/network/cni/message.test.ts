import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { read } from '../../../src/network/cni/reading.ts';
import { peel } from '../../../src/network/cni/message.ts';

const id = 'f5e94bf8c9bc61aa3c1d1ba424d9f8cc8dea0f35df11d8e5024d7eb14a5264d6';

describe('peel', () => {
  it('takes kubelet, gRPC, containerd and libcni off', () => {
    const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${id}": plugin type="calico" failed (add): connection is unauthorized: Unauthorized`;

    expect(peel(message)).toMatchObject({
      operation: 'add',
      plugin: 'calico',
      plugins: ['calico'],
      layers: ['kubelet', 'grpc', 'containerd', 'libcni'],
      cause: 'connection is unauthorized: Unauthorized',
      cni: true,
    });
  });

  it('names the delegate, not Multus, and keeps what CRI-O and Multus wrapped', () => {
    const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create pod network sandbox k8s_web-1_shop_0(${id}): error adding pod shop_web-1 to CNI network "multus-cni-network": plugin type="multus" name="multus-cni-network" failed (add): [shop/web-1/033a21ed-e98b-4386-b44f-bf81acf7e3d0:macvlan-1]: error adding container to network "macvlan-1": plugin type="macvlan" failed (add): Link not found`;

    expect(peel(message)).toMatchObject({
      plugin: 'macvlan',
      plugins: ['multus', 'macvlan'],
      layers: ['kubelet', 'grpc', 'cri-o', 'ocicni', 'libcni', 'multus', 'libcni'],
      cause: 'Link not found',
    });
  });

  it('names Multus where no delegate is named', () => {
    expect(
      peel('plugin type="multus" name="multus-cni-network" failed (add): Multus: [shop/web-1/x]: error getting pod: Unauthorized'),
    ).toMatchObject({
      plugin: 'multus',
      cause: 'error getting pod: Unauthorized',
    });
  });

  it('goes through the shims of Multus and OVN-Kubernetes', () => {
    const message = `plugin type="multus-shim" name="multus-cni-network" failed (add): CNI request failed with status 400: '[shop/web-1 ${id} network default NAD default] failed to configure pod interface: timed out'`;

    expect(peel(message)).toMatchObject({ layers: ['libcni', 'shim'], cause: 'failed to configure pod interface: timed out' });
  });

  it('reads the set-up of dockershim, not the clean-up that follows it', () => {
    const message = `[failed to set up sandbox container "${id}" network for pod "web-1": networkPlugin cni failed to set up pod "web-1_shop" network: add cmd: failed to assign an IP address to container, failed to clean up sandbox container "${id}" network for pod "web-1": networkPlugin cni failed to teardown pod "web-1_shop" network: del cmd: failed]`;

    expect(peel(message)).toMatchObject({ operation: 'add', cause: 'add cmd: failed to assign an IP address to container' });
  });

  it('sees that a removal failed', () => {
    const message = `error killing pod: failed to "KillPodSandbox" for "d49635fa-a070-469d-9228-d64a900e4403" with KillPodSandboxError: "rpc error: code = Unknown desc = failed to destroy network for sandbox \\"${id}\\": plugin type=\\"calico\\" failed (delete): error getting ClusterInformation: connection is unauthorized: Unauthorized"`;

    expect(peel(message)).toMatchObject({ operation: 'delete', plugin: 'calico', cni: true });
  });

  it('works on a text that somebody cut', () => {
    expect(peel('Failed to create pod sandbox: ... cilium-cni failed (add): unable to allocate IP')).toMatchObject({
      operation: 'add',
      plugin: 'cilium-cni',
      cause: 'unable to allocate IP',
    });
  });

  it('an image that could not be pulled has no CNI wrapper', () => {
    expect(peel('Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "pause:3.9"')).toMatchObject({
      cni: false,
      plugin: null,
    });
  });

  it('takes the plugin of old kubelets from the field behind the error', () => {
    const message =
      '"Error adding pod to network" err="open /run/flannel/subnet.env: no such file or directory" pod="kube-system/coredns" networkType="flannel" networkName="cbr0"';

    expect(peel(message)).toMatchObject({ plugin: 'flannel', cni: true });
  });

  it('a text without wrappers is its own cause', () => {
    expect(peel('connection refused')).toEqual({
      operation: null,
      plugin: null,
      plugins: [],
      layers: [],
      cause: 'connection refused',
      cni: false,
      text: 'connection refused',
    });
  });
});

describe('a reading', () => {
  const spaced = (text: string): string => read(text).spaced;

  it('two retries of one failure are the same text', () => {
    const retry = (sandbox: string): string => `(combined from similar events): failed for sandbox "${sandbox}"`;

    expect(spaced(retry('a'.repeat(64)))).toBe(spaced(retry('b'.repeat(64))));
    expect(spaced(retry('a'.repeat(64)))).toBe('failed for sandbox "<id>"');
  });

  it.each([
    ['quoted twice', String.raw`type=\\\"calico\\\"`, 'type="calico"'],
    ['with the angle brackets of Go as escapes', String.raw`node \u003cnil\u003e`, 'node <nil>'],
    ['with typographic quotes', 'type=“calico”', 'type="calico"'],
    ['with HTML entities', 'type=&quot;calico&quot;', 'type="calico"'],
    ['indented and broken over lines', 'failed to  \n\t setup', 'failed to setup'],
  ])('a text %s', (_, text, expected) => {
    expect(spaced(text)).toBe(expected);
  });

  it('a text that was broken inside a word is read whole', () => {
    expect(read('netw\n   ork plug\nin').joined).toBe('network plugin');
  });

  it('never throws, and is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(spaced(spaced(text)).length).toBeLessThanOrEqual(spaced(text).length);
        expect(() => peel(text)).not.toThrow();
      }),
    );
  });

  it('a text of nothing but escapes or wrappers comes to an end', () => {
    expect(spaced(String.raw`\u005c`.repeat(20_000)).length).toBeLessThan(120_000);
    expect(peel('plugin type="a" failed (add): '.repeat(5_000)).plugins).toContain('a');
  }, 20_000);
});
