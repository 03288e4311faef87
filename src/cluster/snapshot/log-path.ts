export interface LogRef {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

const mustGather = /(?:^|\/)namespaces\/([^/]+)\/pods\/([^/]+)\/([^/]+)\/\3\/logs\/(current|previous)\.log$/;
const perContainer = /(?:^|\/)([^/]+)\/([^/]+)\/([^/]+?)(-previous)?\.log$/;

/**
 * The container whose log a file holds, from its path: must-gather's
 * `namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/current.log`, or `NS/POD/CONTAINER.log` anywhere (a support bundle
 * has it below `cluster-resources/pods/logs`). Undefined for any other file.
 */
export function logRefOf(path: string): LogRef | undefined {
  const gathered = mustGather.exec(path);
  if (gathered !== null) {
    const [, namespace = '', pod = '', container = '', run] = gathered;
    return { namespace, pod, container, previous: run === 'previous' };
  }
  const found = perContainer.exec(path);
  if (found === null || found[2] === 'logs') return undefined;
  const [, namespace = '', pod = '', container = '', previous] = found;
  return { namespace, pod, container, previous: previous !== undefined };
}

/** Whether a file is a `logs.txt` of `kubectl cluster-info dump`. */
export function isClusterInfoLog(path: string): boolean {
  return /(?:^|\/)logs\.txt$/.test(path);
}

/** One text for each log, so that logs can be looked up by it. */
export function logKey({ namespace, pod, container, previous }: LogRef): string {
  return `${namespace}/${pod}/${container}/${previous ? 'previous' : 'current'}`;
}
