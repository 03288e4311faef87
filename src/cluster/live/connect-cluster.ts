import type { ClusterReader } from '../reader.ts';
import { ApiClient } from './api-client.ts';
import type { ApiClientOptions } from './api-client.ts';
import { loadContext } from './kubeconfig.ts';
import { LiveReader } from './live-reader.ts';

export interface ConnectOptions {
  /** A context of the kubeconfig; absent = its current one. */
  readonly context?: string | undefined;
  /** A kubeconfig of its own; absent = where kubectl looks. */
  readonly kubeconfig?: string | undefined;
  /** When aborted, the connections are closed. */
  readonly signal?: AbortSignal | undefined;
  /** Bounds of a request; for tests. */
  readonly client?: Partial<ApiClientOptions> | undefined;
}

const defaults: ApiClientOptions = { timeoutMs: 10_000, retry: { retries: 3, firstDelayMs: 200, longestDelayMs: 5_000 } };

/**
 * A reader of the cluster that kubectl would talk to: the kubeconfig's context, or the service account of the pod we
 * run in. Asks the server nothing yet, so that a service starts while the API is away. Throws an Error in words for
 * people when there is no usable configuration.
 */
export async function connectCluster(options: ConnectOptions = {}): Promise<ClusterReader> {
  options.signal?.throwIfAborted();
  const context = loadContext(options.context, options.kubeconfig);
  const client = new ApiClient(context, { ...defaults, ...options.client });
  options.signal?.addEventListener('abort', () => void client.close(), { once: true });
  return new LiveReader(context.name, client);
}
