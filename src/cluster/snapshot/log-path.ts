export interface LogRef {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

/** What the path of a file tells of the log in it. */
export interface LogPath {
  /** The log's key; of the present run where the file is of a numbered one. */
  readonly key: string;
  /** Set where files are numbered by run, so that only beside the others it shows whether one is of the present run. */
  readonly run: LogRun | undefined;
}

export interface LogRun {
  /** The folder of all runs of this container. */
  readonly folder: string;
  readonly number: number;
  /** The key of the run before. */
  readonly before: string;
}

const mustGather = /(?:^|\/)namespaces\/([^/]+)\/pods\/([^/]+)\/([^/]+)\/\3\/logs\/(current|previous)\.log$/;
const sonobuoy = /(?:^|\/)podlogs\/([^/]+)\/([^/]+)\/logs\/([^/]+)\.txt$/;
const kubelet = /((?:^|.*\/)([a-z0-9-]+)_([a-z0-9.-]+)_[0-9a-f-]{32,36}\/([^/]+))\/(\d+)\.log$/;
const sysdump = /(?:^|\/)logs-([^/]+)-\d{8}-\d{6}(-prev)?\.log$/;
const perContainer = /(?:^|\/)([^/]+)\/([^/]+)\/([^/]+?)(-previous)?\.log$/;

/**
 * What a file's path tells of the container whose log it holds: must-gather's
 * `namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/current.log`, Sonobuoy's `podlogs/NS/POD/logs/CONTAINER.txt`, the
 * kubelet's `NS_POD_UID/CONTAINER/0.log` (which `kind export logs` copies), `logs-POD-CONTAINER-TIME.log` of Cilium's
 * sysdump, or `NS/POD/CONTAINER.log` anywhere (a support bundle has it below `cluster-resources/pods/logs`). Undefined
 * for any other file.
 */
export function logPathOf(path: string): LogPath | undefined {
  const ofRun = kubelet.exec(path);
  if (ofRun !== null) {
    const [, folder = '', namespace = '', pod = '', container = '', number] = ofRun;
    const ref = { namespace, pod, container };
    const before = logKey({ ...ref, previous: true });
    return { key: logKey({ ...ref, previous: false }), run: { folder, number: Number(number), before } };
  }
  const [, podAndContainer, prev] = sysdump.exec(path) ?? [];
  if (podAndContainer !== undefined) return { key: namelessKey(podAndContainer, prev !== undefined), run: undefined };
  const ref = logRefOf(path);
  return ref === undefined ? undefined : { key: logKey(ref), run: undefined };
}

function logRefOf(path: string): LogRef | undefined {
  const gathered = mustGather.exec(path) ?? sonobuoy.exec(path);
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

/** The key of the same log where the file's name does not tell its namespace, nor where the pod's name ends. */
export function namelessLogKey({ pod, container, previous }: LogRef): string {
  return namelessKey(`${pod}-${container}`, previous);
}

function namelessKey(podAndContainer: string, previous: boolean): string {
  return `${podAndContainer}/${previous ? 'previous' : 'current'}`;
}
