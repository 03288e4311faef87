import type { Exhibit } from '../../core/evidence.ts';
import type { Confidence } from '../../core/verdict.ts';
import type { PodContainer } from '../pods.ts';
import { podExhibit } from './claim.ts';
import { configuredPorts, listeningPorts } from './listening.ts';
import { logExhibit, presentLog, lastRunLog } from './logs.ts';
import { called, brief, type Scene } from './scene.ts';

/** Why a probed port is not the one that the application serves. */
export interface WrongPort {
  readonly why: string;
  readonly confidence: Confidence;
  readonly exhibits: readonly Exhibit[];
}

/**
 * Whether the pod's containers, which share one network, serve another port than the probed one: by what their logs
 * say, by what their environment and arguments tell them, and at last by the ports they declare, which bind nobody.
 */
export function wrongPort(scene: Scene, container: PodContainer, port: number): WrongPort | undefined {
  const serving = scene.containers.filter(({ role }) => role === 'main' || role === 'sidecar');
  const heard = serving.flatMap((one) => {
    const log = presentLog(scene, one) ?? lastRunLog(scene, one);
    return listeningPorts(log, port).map((listening) => ({ ...listening, container: one, log }));
  });
  if (heard.some((one) => one.port === port)) return undefined;
  const own = heard.find((one) => one.container.name === container.name);
  if (own?.log !== undefined) {
    return {
      why: `its log says that it listens on port ${own.port}: "${brief(own.line, 120)}"`,
      confidence: 'certain',
      exhibits: [logExhibit(scene, own.log, [own.line])],
    };
  }
  return byConfiguration(scene, container, port) ?? byDeclaration(scene, serving, { container, port });
}

function byConfiguration(scene: Scene, container: PodContainer, port: number): WrongPort | undefined {
  const ports = configuredPorts(container);
  if (ports.length === 0 || ports.includes(port)) return undefined;
  const why = `its environment and arguments tell it to listen on port ${ports.join(', ')}`;
  return {
    why,
    confidence: 'certain',
    exhibits: [podExhibit(scene, `spec.containers[${container.name}]`, `port ${ports.join(', ')} in env or args`)],
  };
}

function byDeclaration(
  scene: Scene,
  serving: readonly PodContainer[],
  probed: { container: PodContainer; port: number },
): WrongPort | undefined {
  const declared = serving.flatMap(({ spec }) => (spec?.ports ?? []).map(({ containerPort }) => containerPort));
  const own = (probed.container.spec?.ports ?? []).map(({ containerPort }) => containerPort);
  if (own.length === 0 || declared.includes(probed.port) || configuredPorts(probed.container).includes(probed.port)) return undefined;
  return {
    why: `${called(probed.container)} declares port ${own.join(', ')}, and no container of the pod declares ${probed.port}`,
    confidence: 'likely',
    exhibits: [podExhibit(scene, `spec.containers[${probed.container.name}].ports`, `containerPort ${own.join(', ')}`)],
  };
}

/** The line by which the application says that it listens on the port; undefined where it does not say so. */
export function saidToListen(scene: Scene, container: PodContainer, port: number): string | undefined {
  return listeningPorts(presentLog(scene, container), port).find((one) => one.port === port)?.line;
}

/** The line by which the application says that it listens on the loopback address only; undefined where it does not say so. */
export function loopbackOnly(scene: Scene, container: PodContainer, port: number): { line: string; exhibit: Exhibit } | undefined {
  const log = presentLog(scene, container);
  const own = listeningPorts(log, port).filter((one) => one.port === port);
  const [first] = own;
  if (log === undefined || first === undefined || own.some(({ loopback }) => !loopback)) return undefined;
  return { line: first.line, exhibit: logExhibit(scene, log, [first.line]) };
}
