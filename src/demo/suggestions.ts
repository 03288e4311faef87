import { relative } from 'node:path';
import { listedAlert } from './alert.ts';
import type { Narrator } from './narrator.ts';
import { recordingDirectory } from './recorded-cluster.ts';
import type { Stage } from './stage.ts';

/** What to try in a second terminal while the demo stays up. */
export async function suggest({ cluster, alertmanager, publicUrl }: Stage, narrator: Narrator): Promise<void> {
  const { stuckPod, crashingPod } = cluster;
  const fingerprint = (await listedAlert(alertmanager.url, stuckPod))?.fingerprint ?? '';
  const labels = (pod: typeof stuckPod): object => ({
    alertname: 'KubePodNotReady',
    namespace: pod.namespace,
    pod: pod.name,
    severity: 'critical',
  });
  const json = "-H 'content-type: application/json'";
  narrator.heading('The demo stays up. In another terminal you can');
  narrator.command(
    'triage the same alert again',
    `curl -s -X POST '${publicUrl}/api/v1/triages?wait=20' ${json} -d '{"fingerprint":"${fingerprint}"}'`,
  );
  narrator.command(
    'fire another alert, of a pod that crashes by itself',
    `curl -s ${alertmanager.url}/api/v2/alerts ${json} -d '${JSON.stringify([{ labels: labels(crashingPod) }])}'`,
  );
  narrator.command(
    'end the first alert',
    `curl -s ${alertmanager.url}/api/v2/alerts ${json} -d '${JSON.stringify([{ labels: labels(stuckPod), endsAt: new Date().toISOString() }])}'`,
  );
  narrator.command('look at the recorded cluster', `KUBECONFIG=${cluster.kubeconfig} kubectl get pods -A`);
  narrator.command(
    'triage from files, without any service',
    `npx podnet-triage diagnose --snapshot ${nearest(recordingDirectory)} --alertname KubePodNotReady --namespace ${stuckPod.namespace} --pod ${stuckPod.name}`,
  );
  narrator.heading('Ctrl-C ends it.');
}

function nearest(path: string): string {
  const short = relative(process.cwd(), path);
  return short.length < path.length ? short : path;
}
