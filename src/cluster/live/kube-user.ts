import { dirname, isAbsolute, join } from 'node:path';
import type { Cluster, User } from '@kubernetes/client-node';
import { load } from 'js-yaml';

/** A kubeconfig user with what client-node leaves out. */
export interface KubeUser extends User {
  /** Impersonation of groups, uid and extra values; the user name is client-node's. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

interface RawUser {
  readonly name?: string;
  readonly user?: {
    readonly tokenFile?: string;
    readonly 'as-uid'?: string;
    readonly 'as-groups'?: string[];
    readonly 'as-user-extra'?: Record<string, string[]>;
  } | null;
}

/** Adds to client-node's users what kubectl takes from the same file as well: `tokenFile` and the rest of `as`. */
export function completeUsers(users: readonly User[], file: string, text: string): readonly KubeUser[] {
  const raw = (load(text) as { users?: readonly RawUser[] } | null)?.users ?? [];
  return users.map((user) => {
    const entry = raw.find(({ name }) => name === user.name)?.user;
    return { ...withTokenFile(user, entry?.tokenFile, file), ...execPath(user, file), headers: impersonation(entry ?? {}) };
  });
}

function withTokenFile(user: User, tokenFile: string | undefined, file: string): User {
  if (tokenFile === undefined) return user;
  const { token: _older, ...rest } = user;
  return { ...rest, authProvider: { name: 'tokenFile', config: { tokenFile: besides(file, tokenFile) } } };
}

interface Exec {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
}

/** A command with a slash in it is looked for beside the kubeconfig, one without on the PATH. */
function execPath(user: User, file: string): Partial<User> {
  const exec = user.exec as Exec | null | undefined;
  if (exec?.command === undefined || !/[/\\]/.test(exec.command)) return {};
  return { exec: { ...exec, command: besides(file, exec.command) } };
}

/** The user with the variable by which exec plugins learn the version to answer in, and of which cluster they speak. */
export function withExecInfo(user: User, cluster: Cluster): User {
  const exec = user.exec as Exec | null | undefined;
  if (exec === null || exec === undefined) return user;
  const info = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo === true ? { cluster: { server: cluster.server, 'certificate-authority-data': cluster.caData } } : {}),
    },
  };
  return { ...user, exec: { ...exec, env: [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] } };
}

function impersonation(entry: NonNullable<RawUser['user']>): Record<string, string | string[]> {
  const extra = Object.entries(entry['as-user-extra'] ?? {}).map(([key, values]) => [
    `Impersonate-Extra-${encodeURIComponent(key)}`,
    values,
  ]);
  return {
    ...(entry['as-uid'] === undefined ? {} : { 'Impersonate-Uid': entry['as-uid'] }),
    ...(entry['as-groups'] === undefined ? {} : { 'Impersonate-Group': entry['as-groups'] }),
    ...Object.fromEntries(extra),
  };
}

function besides(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}
