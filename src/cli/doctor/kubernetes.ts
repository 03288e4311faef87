import { kinds, type Kind, resourceName } from '../../cluster/kinds.ts';
import { type ClusterReader, ReadError } from '../../cluster/reader.ts';
import { bad, good, type Remark, unknown } from './remark.ts';

const about = 'Kubernetes';

/** A name that no object has, so that asking for it shows whether asking is allowed. */
const nobody = 'podnet-triage-doctor';

/**
 * What the account in use may not read of all that the collectors need (`list pods`, `get pods/log`, ...). Finds out by
 * reading: at most one object of each kind. Nothing is created, not even an access review.
 */
export async function kubernetesRemarks(reader: ClusterReader, permissions: readonly string[]): Promise<readonly Remark[]> {
  const answers: { readonly permission: string; readonly error: ReadError }[] = [];
  for (const permission of [...new Set(permissions)].toSorted()) {
    const error = await attempt(reader, permission);
    if (error === null) continue;
    if (error.reason === 'unreachable' || error.reason === 'unauthorized' || error.reason === 'timeout') return [unreachable(error)];
    answers.push({ permission, error });
  }
  const forbidden = answers.filter(({ error }) => error.reason === 'forbidden').map(({ permission }) => permission);
  const failed = answers.filter(({ error }) => error.reason !== 'forbidden');
  return [
    forbidden.length === 0
      ? good(about, `${reader.name}: everything that a triage reads may be read`)
      : bad(about, {
          what: `${reader.name}: this account may not ${forbidden.join(', ')}`,
          cure: 'grant it, as the ClusterRole under deploy does; without it those steps stay unchecked',
        }),
    ...failed.map(({ permission, error }) => unknown(about, { what: `${permission}: ${error.message}`, cure: 'try it with kubectl' })),
  ];
}

function unreachable({ reason, message }: ReadError): Remark {
  const cure =
    reason === 'unauthorized'
      ? 'renew the credentials of the kubeconfig or the service account'
      : 'check the kubeconfig, and whether a network policy lets this process reach the API server';
  return bad(about, { what: message, cure });
}

/** What stood in the way; null where the read was allowed. A kind that the cluster does not serve needs no permission. */
async function attempt(reader: ClusterReader, permission: string): Promise<ReadError | null> {
  const [verb = '', resource = ''] = permission.split(' ');
  try {
    if (resource === 'pods/log') await reader.logs({ namespace: 'default', pod: nobody, container: nobody, tailLines: 1 });
    else await read(reader, verb, kindOf(resource));
    return null;
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return error.reason === 'not-installed' ? null : error;
  }
}

async function read(reader: ClusterReader, verb: string, kind: Kind): Promise<void> {
  if (verb === 'list') await reader.list(kind, { limit: 1 });
  else await reader.get(kind, { name: nobody, ...(kinds[kind].namespaced && { namespace: 'default' }) });
}

function kindOf(resource: string): Kind {
  const kind = (Object.keys(kinds) as Kind[]).find((one) => resourceName(one) === resource);
  if (kind === undefined) throw new Error(`no kind is called ${resource}`);
  return kind;
}
