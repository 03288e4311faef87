import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Where the kubelet tells a container the namespace of its pod. */
const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** The namespace of the pod that this process runs in; null outside of a cluster. */
export async function ownNamespace(): Promise<string | null> {
  const text = await readFile(namespaceFile, 'utf8').catch(() => '');
  return text.trim() || null;
}

/** What the pod that this process runs in is called: a container's host name is its pod's. Null outside of a cluster. */
export async function ownPod(): Promise<{ readonly namespace: string; readonly name: string } | null> {
  const namespace = await ownNamespace();
  return namespace === null ? null : { namespace, name: hostname() };
}
