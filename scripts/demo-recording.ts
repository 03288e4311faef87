/**
 * Writes src/demo/recording, the cluster that the demo serves: a snapshot directory, as `podnet-triage diagnose --snapshot` reads
 * it. The cluster is made up; what its kubelets and plugins say is worded as theirs.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyObject } from '../src/cluster/kinds.ts';
import { clusterLogs, clusterObjects } from './demo-recording/cluster.ts';

const target = fileURLToPath(new URL('../src/demo/recording/', import.meta.url));

const plurals: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies', EndpointSlice: 'endpointslices' };
const fileOf = (kind: string): string => `${plurals[kind] ?? `${kind.toLowerCase()}s`}.json`;

/** A List with one object a line: small, and a change of one object is a change of one line. */
function listText(items: readonly AnyObject[]): string {
  return `{"apiVersion":"v1","kind":"List","items":[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]}\n`;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

await rm(target, { recursive: true, force: true });
for (const [kind, items] of Object.entries(Object.groupBy(clusterObjects(), (one) => one.kind ?? ''))) {
  await write(join(target, fileOf(kind)), listText(items ?? []));
}
for (const [path, text] of Object.entries(clusterLogs())) await write(join(target, 'logs', `${path}.log`), text);
