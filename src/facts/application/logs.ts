import { exhibit, type Exhibit } from '../../core/evidence.ts';
import type { PodContainer } from '../pods.ts';
import type { ContainerLog } from './evidence.ts';
import type { Scene } from './scene.ts';

const timePrefix = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)\s/;
// oxlint-disable-next-line no-control-regex -- colours in a terminal's log begin with the escape character.
const colours = /\u001b\[[0-9;]*m/g;
const telling =
  /error|fatal|panic|exception|caused by|cannot|can't|could not|couldn't|unable|fail|refused|denied|not found|no such|missing|required|invalid|undefined|abort|killed|unsupported|in use/i;
const stackFrame =
  /^\s*(?:at\s|\.\.\.\s\d+ more|File ".*", line \d+|goroutine \d+|\^+$|[)}\]]+[,;]?$|Node\.js v\d|npm (?:ERR!|error) A complete log|exit status \d)/;

/** The lines of a log without times and colours; empty ones are left out. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(timePrefix, '').replace(colours, '').trimEnd())
    .filter((line) => line.trim() !== '');
}

/** The log of the container's present run, or where it does not run of its last one; undefined where it was not read. */
export function presentLog(scene: Scene, container: PodContainer): ContainerLog | undefined {
  return logs(scene, container).find(({ previous }) => !previous);
}

/**
 * The log of the run that ended last. While the container waits, its log without `--previous` is that of the last run
 * (kubernetes: pkg/kubelet, validateContainerLogStatus); while it runs again, only the previous one is.
 */
export function lastRunLog(scene: Scene, container: PodContainer): ContainerLog | undefined {
  const all = logs(scene, container);
  const previous = all.find((log) => log.previous);
  if (container.status?.state?.running) return previous;
  return all.find((log) => !log.previous) ?? previous;
}

/** All logs of a container that were read. */
export function logs(scene: Scene, container: PodContainer): readonly ContainerLog[] {
  return (scene.evidence.logs ?? []).filter((log) => log.container === container.name && log.text.trim() !== '');
}

/** The line that tells most about an end: the last one near the end that sounds like an error and is no stack frame, else the last. */
export function tellingLine(text: string): string | undefined {
  const lines = linesOf(text)
    .slice(-30)
    .filter((line) => !stackFrame.test(line));
  const panic = lines.find((line) => /^(?:panic|fatal error|runtime error):/.test(line));
  return panic ?? lines.findLast((line) => telling.test(line)) ?? lines.at(-1);
}

/** Lines of a log as an exhibit: those given, or the last five. */
export function logExhibit(scene: Scene, log: ContainerLog, lines: readonly string[] = linesOf(log.text).slice(-5)): Exhibit {
  const { namespace, name } = scene.pod.metadata ?? {};
  const source = { kind: 'Log', namespace: namespace ?? null, name: name ?? null, container: log.container };
  return exhibit({ ...source, field: log.previous ? 'previous' : null }, lines.join('\n'), timeOfLine(log, lines));
}

/** The first line that matches, without its time. */
export function lineThat(log: ContainerLog | undefined, pattern: RegExp): string | undefined {
  return log === undefined ? undefined : linesOf(log.text).find((line) => pattern.test(line));
}

function timeOfLine(log: ContainerLog, lines: readonly string[]): string | null {
  const last = lines.at(-1);
  const raw = log.text.split('\n').findLast((line) => last !== undefined && line.replace(colours, '').includes(last));
  return raw === undefined ? null : (timePrefix.exec(raw)?.[0].trim() ?? null);
}
