import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Everything that the lab makes is called so, with the process that made it. */
const prefix = 'podnet-lab-';

/** A network namespace of its own, as a node or a pod has one. */
export interface Namespace {
  readonly name: string;
  /** Runs `ip` in it, e.g. `ip('link set lo up')`; gives what it printed. */
  ip(words: string): string;
  /** Runs `bridge` in it. */
  bridge(words: string): string;
  /** The arguments before a program that is to run in it. */
  readonly enter: readonly string[];
}

/** Network namespaces that are removed by their names when it is disposed of. */
export interface Namespaces extends Disposable {
  make(name: string): Namespace;
}

function run(program: string, ...words: readonly string[]): string {
  return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
}

const split = (words: string): readonly string[] => words.split(' ').filter((word) => word !== '');

/** Why no network lab can be built here; null where one can: it takes root and Linux' network namespaces with VXLAN. */
export function whyNoLab(): string | null {
  if (process.platform !== 'linux') return 'it takes Linux';
  if (process.getuid?.() !== 0) return 'it takes root';
  const name = `${prefix}${process.pid}-try`;
  try {
    run('ip', 'netns', 'add', name);
    run('ip', '-n', name, 'link', 'add', 'v0', 'type', 'vxlan', 'id', '1', 'dstport', '8472');
    return null;
  } catch (error) {
    return `network namespaces with VXLAN can't be made (${error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error)})`;
  } finally {
    remove(name);
  }
}

function remove(name: string): void {
  if (existsSync(`/run/netns/${name}`)) run('ip', 'netns', 'del', name);
}

/** What a lab left behind whose process was killed. */
function removeLeftOvers(): void {
  for (const line of run('ip', 'netns', 'list').split('\n')) {
    const [, name = '', pid = ''] = /^(podnet-lab-(\d+)-\S+)/.exec(line) ?? [];
    if (name !== '' && !existsSync(`/proc/${pid}`)) remove(name);
  }
}

/** Opens a set of namespaces. */
export function openNamespaces(): Namespaces {
  removeLeftOvers();
  const made: string[] = [];
  return {
    make(short) {
      const name = `${prefix}${process.pid}-${short}`;
      run('ip', 'netns', 'add', name);
      made.push(name);
      const enter = ['ip', 'netns', 'exec', name];
      const namespace: Namespace = {
        name,
        enter,
        ip: (words) => run('ip', '-n', name, ...split(words)),
        bridge: (words) => run('bridge', '-n', name, ...split(words)),
      };
      namespace.ip('link set lo up');
      return namespace;
    },
    [Symbol.dispose]() {
      for (const name of made.toReversed()) remove(name);
    },
  };
}
