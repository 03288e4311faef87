import type { AnyObject, Kind } from '../../cluster/kinds.ts';
import type { Pod } from '../../cluster/wire.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 for what `kubectl get` shows, 1 for `-o wide`. */
  readonly priority: number;
  readonly cell: (object: AnyObject) => unknown;
}

const column = (name: string, cell: (object: AnyObject) => unknown, more: Partial<Column> = {}): Column => ({
  name,
  type: 'string',
  format: '',
  description: name,
  priority: 0,
  cell,
  ...more,
});

const nameColumn = column('Name', (object) => object.metadata?.name ?? '', { format: 'name' });
const ageColumn = column('Age', (object) => object.metadata?.creationTimestamp ?? '<unknown>');

const containers = (pod: Pod) => pod.status?.containerStatuses ?? [];

/** What `kubectl get pods -o wide` prints; only the first address is in it (kubernetes/kubernetes pkg/printers/internalversion). */
const podColumns: readonly Column[] = [
  nameColumn,
  column('Ready', (pod) => `${containers(pod as Pod).filter(({ ready }) => ready).length}/${(pod as Pod).spec?.containers.length ?? 0}`),
  column('Status', (pod) => podStatus(pod)),
  column('Restarts', (pod) => String(containers(pod as Pod).reduce((sum, { restartCount }) => sum + restartCount, 0))),
  ageColumn,
  column('IP', (pod) => (pod as Pod).status?.podIPs?.[0]?.ip ?? (pod as Pod).status?.podIP ?? '<none>', { priority: 1 }),
  column('Node', (pod) => (pod as Pod).spec?.nodeName ?? '<none>', { priority: 1 }),
  column('Nominated Node', (pod) => (pod as Pod).status?.nominatedNodeName ?? '<none>', { priority: 1 }),
  column('Readiness Gates', () => '<none>', { priority: 1 }),
];

function podStatus(pod: Pod): string {
  if (pod.metadata?.deletionTimestamp !== undefined) return 'Terminating';
  const waiting = containers(pod).flatMap(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason ?? []);
  return waiting[0] ?? pod.status?.reason ?? pod.status?.phase ?? 'Unknown';
}

/** The `Table` of objects. `include` is None, Metadata (the default) or Object. */
export function tableOf(kind: Kind, objects: readonly AnyObject[], include: string): Record<string, unknown> {
  const columns = kind === 'Pod' ? podColumns : [nameColumn, ageColumn];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: columns.map(({ cell: _cell, ...definition }) => definition),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object)),
      ...(include === 'None' ? { object: null } : { object: include === 'Object' ? object : partial(object) }),
    })),
  };
}

/** The object's metadata alone. */
export function partial(object: AnyObject): AnyObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    ...(object.metadata === undefined ? {} : { metadata: object.metadata }),
  };
}
