import { logEnd } from '../../cluster/log-end.ts';
import type { Pod } from '../../cluster/wire.ts';
import { badRequest, failure } from './status.ts';
import type { Answer } from './status.ts';

/** The log of a container as it was recorded; undefined where there is none. */
export type LogSource = (log: { namespace: string; pod: string; container: string; previous: boolean }) => Promise<string | undefined>;

/** What `GET …/pods/NAME/log` answers, parameters included. */
export async function logAnswer(pod: Pod, query: URLSearchParams, source: LogSource): Promise<Answer> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const container = containerOf(pod, query.get('container'));
  const previous = query.get('previous') === 'true';
  const text = await source({ namespace, pod: name, container, previous });
  if (text === undefined) throw withoutLog(pod, container, previous);
  const tail = logEnd(text, { tailLines: wholeNumber(query, 'tailLines') });
  const plain = query.get('timestamps') === 'true' ? tail : tail.replaceAll(/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) /gm, '');
  const limit = wholeNumber(query, 'limitBytes');
  // The server counts from the start of what it sends: the newest bytes are the ones that are cut.
  const body = limit === undefined ? plain : Buffer.from(plain).subarray(0, limit).toString('utf8');
  return { status: 200, body, contentType: 'text/plain' };
}

function containerOf(pod: Pod, wanted: string | null): string {
  const spec = pod.spec;
  const names = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name }) => name);
  const regular = spec?.containers.map(({ name }) => name) ?? [];
  if (wanted !== null && wanted !== '') {
    if (names.includes(wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata?.name}`);
  }
  const [only, ...others] = regular;
  if (only !== undefined && others.length === 0) return only;
  throw badRequest(`a container name must be specified for pod ${pod.metadata?.name}, choose one of: [${regular.join(' ')}]`);
}

function withoutLog(pod: Pod, container: string, previous: boolean): Error {
  const name = pod.metadata?.name ?? '';
  if (previous) return badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  if (pod.spec?.nodeName === undefined) return badRequest(`pod ${name} does not have a host assigned`);
  const waiting = pod.status?.containerStatuses?.find((one) => one.name === container)?.state?.waiting?.reason ?? 'ContainerCreating';
  return badRequest(`container "${container}" in pod "${name}" is waiting to start: ${waiting}`);
}

function wholeNumber(query: URLSearchParams, parameter: string): number | undefined {
  const value = query.get(parameter);
  if (value === null || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw failure({ code: 422, reason: 'Invalid', message: `PodLogOptions.${parameter}: Invalid value: ${JSON.stringify(value)}` });
}
