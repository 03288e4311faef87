import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { Cluster, User } from '@kubernetes/client-node';
import { completeUsers, withExecInfo } from './kube-user.ts';
import type { KubeUser } from './kube-user.ts';

/** One context of a kubeconfig, or the service account of the pod we run in. */
export interface KubeContext {
  readonly name: string;
  /** The kubeconfig that alone was asked; undefined = where kubectl looks. */
  readonly file: string | undefined;
  /** Base URL of the API server, without a slash at the end. */
  readonly server: string;
  readonly proxyUrl: string | undefined;
  /** client-node's view of this context alone: it knows how to authenticate. */
  readonly config: KubeConfig;
  /** Impersonation beyond the user name, which client-node knows itself. */
  readonly headers: Readonly<Record<string, string | string[]>>;
}

const inClusterToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The context to use, found as kubectl finds it: the files of KUBECONFIG (the first to name a thing wins, missing
 * files are skipped), else ~/.kube/config, else the pod's service account; or in `file` alone. Throws an Error in words
 * for people.
 */
export function loadContext(wanted: string | undefined, file?: string): KubeContext {
  const config = file === undefined ? loadConfig() : loadFile(file);
  const name = wanted ?? config.getCurrentContext();
  const names = config.getContexts().map((one) => one.name);
  if (name === undefined || name === '') {
    throw new Error(`The kubeconfig sets no current context; name one with --context (it has ${names.join(', ') || 'none'})`);
  }
  const context = config.getContextObject(name);
  if (context === null) throw new Error(`The kubeconfig has no context "${name}" (it has ${names.join(', ') || 'none'})`);
  const cluster = config.getCluster(context.cluster);
  if (cluster === null) throw new Error(`Context "${name}" of the kubeconfig names cluster "${context.cluster}", which it does not define`);
  const user: KubeUser = config.getUser(context.user) ?? { name: context.user };
  const { server, proxyUrl } = cluster;
  return { name, file, server, proxyUrl, config: only(name, cluster, user), headers: user.headers ?? {} };
}

/**
 * A configuration of one cluster and one user. client-node refuses plain HTTP unless TLS verification is switched off,
 * and ignores the cluster's certificate when there is no user; kubectl does neither.
 */
function only(name: string, cluster: Cluster, user: User): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ ...cluster, name: 'cluster', skipTLSVerify: cluster.skipTLSVerify || cluster.server.startsWith('http:') }],
    users: [{ ...withExecInfo(user, cluster), name: 'user' }],
    contexts: [{ name, cluster: 'cluster', user: 'user' }],
    currentContext: name,
  });
  return config;
}

function loadConfig(): KubeConfig {
  const listed = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const files = (listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')]).filter((file) => existsSync(file));
  if (files.length > 0) return files.map(loadFile).reduce(merge);
  if (listed.length > 0) throw new Error(`KUBECONFIG names ${listed.join(', ')}, which does not exist`);
  if (!existsSync(inClusterToken)) {
    throw new Error('No cluster to read: there is neither a KUBECONFIG, nor ~/.kube/config, nor the service account of a pod');
  }
  const config = new KubeConfig();
  config.loadFromCluster();
  return config;
}

function loadFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    const text = readFileSync(file, 'utf8');
    config.loadFromString(text, { onInvalidEntry: 'filter' });
    config.makePathsAbsolute(dirname(file));
    config.users = [...completeUsers(config.users, file, text)];
  } catch (error) {
    throw new Error(`The kubeconfig ${file} cannot be read: ${(error as Error).message.split('\n')[0]}`, { cause: error });
  }
  return config;
}

function merge(first: KubeConfig, second: KubeConfig): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: union(first.getClusters(), second.getClusters()),
    users: union(first.getUsers(), second.getUsers()),
    contexts: union(first.getContexts(), second.getContexts()),
    currentContext: first.getCurrentContext() || second.getCurrentContext(),
  });
  return config;
}

function union<T extends { readonly name: string }>(first: readonly T[], second: readonly T[]): T[] {
  return [...first, ...second.filter(({ name }) => !first.some((one) => one.name === name))];
}
