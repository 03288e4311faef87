import type { Exhibit } from '../../core/evidence.ts';
import type { Confidence } from '../../core/verdict.ts';
import { isHostNetwork, type PodContainer } from '../pods.ts';
import { lastRunLog, lineThat, logExhibit } from './logs.ts';
import { brief, type Scene } from './scene.ts';
import { podExhibit } from './claim.ts';

/** That a container ends because another one has its port. */
export interface PortConflict {
  readonly why: string;
  readonly confidence: Confidence;
  readonly exhibits: readonly Exhibit[];
}

const inUse =
  /address already in use|EADDRINUSE|address in use|port \d+ (?:is|was) already (?:in use|allocated)|port is already allocated|Only one usage of each socket address|Failed to bind to .*(?:in use)|bind\(\) to .* failed \((?:48|98|125):|errno (?:48|98)\b|port .*already in use|Could not bind.*in use/i;

/** Whether the container's last run ended because its port was taken. Containers of a pod share its ports; with hostNetwork the whole node does. */
export function portConflict(scene: Scene, container: PodContainer): PortConflict | undefined {
  const log = lastRunLog(scene, container);
  const line =
    lineThat(log, inUse) ??
    [container.status?.state?.waiting?.message, container.status?.lastState?.terminated?.message].find(
      (text) => text !== undefined && inUse.test(text),
    );
  const port = line === undefined ? undefined : portOf(line);
  const rival = rivalOf(scene, container, port);
  if (line === undefined) return undefined;
  const where = port === undefined ? 'its port' : `port ${port}`;
  const holder =
    rival !== undefined
      ? `container ${rival.name} of the same pod has ${where}`
      : isHostNetwork(scene.pod)
        ? `the pod uses the network of its node, where something else has ${where}`
        : `${where} is taken already`;
  return {
    why: `${holder} ("${brief(line, 140)}")`,
    confidence: 'certain',
    exhibits:
      log === undefined || lineThat(log, inUse) === undefined ? [podExhibit(scene, 'status', line)] : [logExhibit(scene, log, [line])],
  };
}

function portOf(line: string): number | undefined {
  const found = /(?:\d{1,3}(?:\.\d{1,3}){3}|\]|:::|\*|localhost|[\s"'(]):?:(\d{2,5})\b|port:?[ =]+(\d{2,5})\b|:(\d{2,5})\b(?!:)/i.exec(
    line,
  );
  const port = found?.slice(1).find((group) => group !== undefined);
  return port === undefined ? undefined : Number(port);
}

/** Another container of the pod that declares the port, or one that the container itself declares. */
function rivalOf(scene: Scene, container: PodContainer, port: number | undefined): PodContainer | undefined {
  const declared = ({ spec }: PodContainer): readonly number[] => (spec?.ports ?? []).map(({ containerPort }) => containerPort);
  const contested = port === undefined ? declared(container) : [port];
  const others = scene.containers.filter((one) => one.name !== container.name && (one.role === 'main' || one.role === 'sidecar'));
  return (
    others.find((one) => declared(one).some((number) => contested.includes(number))) ??
    (others.length === 1 && !isHostNetwork(scene.pod) ? others[0] : undefined)
  );
}
