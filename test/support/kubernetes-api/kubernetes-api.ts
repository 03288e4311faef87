/** The API server that the demo shows is the double that tests read from. */
export { KubernetesApi } from '../../../src/demo/kubernetes-api/kubernetes-api.ts';
export type { KubernetesApiOptions } from '../../../src/demo/kubernetes-api/kubernetes-api.ts';
export type { Fault } from '../../../src/demo/kubernetes-api/faults.ts';
export type { LoggedRequest } from '../../../src/demo/kubernetes-api/request-log.ts';
export type { ApiRequest } from '../../../src/demo/kubernetes-api/route.ts';
export { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../../../src/demo/kubernetes-api/start-kubernetes-api.ts';
export type { RecordedCluster } from '../../../src/demo/kubernetes-api/start-kubernetes-api.ts';
