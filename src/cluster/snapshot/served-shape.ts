import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { AnyObject, Kind } from '../kinds.ts';

/*
 * The shape of what triages look at most, as the API server guarantees it (kubernetes/api core/v1 types.go). Files may have been
 * edited, or cut and mended; of the other kinds, and of fields that are not named here, any shape is taken as it is.
 */
const text = Type.String();
const number = Type.Number();
const flag = Type.Boolean();
const texts = Type.Array(text);
const words = Type.Record(text, text);
const quantities = Type.Record(text, Type.Union([text, number]));

/** An object with these fields and any others; the ones that are not in `required` may be absent. */
function fields<T extends Record<string, TSchema>>(named: T, required: readonly (keyof T)[] = []): TSchema {
  const optional = Object.entries(named).map(([name, schema]) => [name, required.includes(name) ? schema : Type.Optional(schema)]);
  return Type.Object(Object.fromEntries(optional) as Record<string, TSchema>);
}

const listOf = (named: Record<string, TSchema>, required: readonly string[] = []): TSchema => Type.Array(fields(named, required));
const any = fields({});

const metadata = fields({
  name: text,
  namespace: text,
  uid: text,
  generateName: text,
  creationTimestamp: text,
  deletionTimestamp: text,
  labels: words,
  annotations: words,
  ownerReferences: listOf({ kind: text, name: text, uid: text, controller: flag }, ['kind', 'name']),
});
const conditions = listOf({ type: text, status: text, reason: text, message: text, lastTransitionTime: text }, ['type', 'status']);
const probe = fields({ httpGet: any, tcpSocket: any, exec: fields({ command: texts }), grpc: any });
const ports = listOf({ name: text, containerPort: number, protocol: text }, ['containerPort']);
const containers = listOf(
  {
    name: text,
    image: text,
    ports,
    args: texts,
    command: texts,
    env: listOf({ name: text, value: text }, ['name']),
    envFrom: listOf({}),
    volumeMounts: listOf({ name: text, mountPath: text }),
    resources: fields({ requests: quantities, limits: quantities }),
    readinessProbe: probe,
    livenessProbe: probe,
    startupProbe: probe,
  },
  ['name'],
);
const podSpec = fields({
  nodeName: text,
  hostNetwork: flag,
  restartPolicy: text,
  schedulerName: text,
  serviceAccountName: text,
  nodeSelector: words,
  affinity: any,
  tolerations: listOf({ key: text, operator: text, value: text, effect: text }),
  topologySpreadConstraints: listOf({}),
  imagePullSecrets: listOf({ name: text }),
  volumes: listOf({ name: text }, ['name']),
  containers,
  initContainers: containers,
  ephemeralContainers: containers,
});
const ended = fields({ reason: text, message: text, exitCode: number, startedAt: text, finishedAt: text });
const state = fields({ waiting: fields({ reason: text, message: text }), running: fields({ startedAt: text }), terminated: ended });
const statuses = listOf({ name: text, image: text, imageID: text, ready: flag, restartCount: number, state, lastState: state }, ['name']);
const podStatus = fields({
  phase: text,
  reason: text,
  message: text,
  startTime: text,
  podIP: text,
  hostIP: text,
  podIPs: listOf({ ip: text }),
  hostIPs: listOf({ ip: text }),
  conditions,
  containerStatuses: statuses,
  initContainerStatuses: statuses,
  ephemeralContainerStatuses: statuses,
});
const about = fields({ kind: text, name: text, namespace: text, uid: text, fieldPath: text });
const template = fields({ metadata, spec: podSpec });
const workload = { metadata, spec: fields({ selector: fields({ matchLabels: words }), template }), status: fields({ conditions }) };

const shapes: Readonly<Partial<Record<Kind, TSchema>>> = {
  Pod: fields({ metadata, spec: podSpec, status: podStatus }),
  Node: fields({
    metadata,
    spec: fields({
      podCIDR: text,
      podCIDRs: texts,
      providerID: text,
      unschedulable: flag,
      taints: listOf({ key: text, effect: text }, ['key']),
    }),
    status: fields({
      conditions,
      addresses: listOf({ type: text, address: text }, ['type', 'address']),
      allocatable: quantities,
      capacity: quantities,
      nodeInfo: any,
    }),
  }),
  Event: fields({
    metadata,
    involvedObject: about,
    regarding: about,
    source: fields({ component: text, host: text }),
    series: fields({ count: number, lastObservedTime: text }),
    ...Object.fromEntries(
      ['reason', 'message', 'note', 'type', 'firstTimestamp', 'lastTimestamp', 'eventTime'].map((name) => [name, text]),
    ),
    ...Object.fromEntries(['reportingComponent', 'reportingController', 'reportingInstance'].map((name) => [name, text])),
    count: number,
  }),
  DaemonSet: fields(workload),
  Deployment: fields(workload),
  ReplicaSet: fields(workload),
  StatefulSet: fields(workload),
  ConfigMap: fields({ metadata, data: words }),
  Service: fields({ metadata, spec: fields({ clusterIP: text, clusterIPs: texts, selector: words, ports: listOf({}), type: text }) }),
};
const others = fields({ metadata });

const compiled = new Map<TSchema, ReturnType<typeof Compile>>();

function checkOf(schema: TSchema): ReturnType<typeof Compile> {
  const known = compiled.get(schema) ?? Compile(schema);
  compiled.set(schema, known);
  return known;
}

/** The object as the API server would have served it: YAML reads a label such as 1.10 as a number. Undefined for what it could not have served. */
export function asServed(kind: Kind, object: AnyObject): AnyObject | undefined {
  const schema = shapes[kind] ?? others;
  const check = checkOf(schema);
  if (check.Check(object)) return object;
  const converted = Value.Convert(schema, object);
  return check.Check(converted) ? (converted as AnyObject) : undefined;
}
