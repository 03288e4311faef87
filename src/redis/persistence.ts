import { Cluster } from 'ioredis';
import type { RedisClient } from './connection.ts';

type Settings = Partial<Record<'appendonly' | 'appendfsync' | 'maxmemory-policy', string>>;

/**
 * One sentence on how the Redis in use can lose jobs that were acknowledged; null where it can't, as far as it tells. A managed
 * Redis that forbids CONFIG is judged by INFO alone, which does not show appendfsync. Rejects while Redis is away.
 */
export async function persistenceWarning(client: RedisClient): Promise<string | null> {
  const fault = await persistenceFault(client);
  return fault === null ? null : `${fault.what}; ${fault.cure}`;
}

/** The same in two parts: how it can lose them, and what to do. */
export async function persistenceFault(client: RedisClient): Promise<{ readonly what: string; readonly cure: string } | null> {
  const faults = faultsOf(await settingsOf(client));
  if (faults.length === 0) return null;
  return {
    what: `this Redis can lose alerts that were acknowledged: ${faults.map(({ what }) => what).join('; ')}`,
    cure: faults.map(({ cure }) => cure).join(', '),
  };
}

function faultsOf(settings: Settings): { what: string; cure: string }[] {
  const { appendonly, appendfsync } = settings;
  const policy = settings['maxmemory-policy'];
  const faults = [];
  if (appendonly !== undefined && appendonly !== 'yes')
    faults.push({
      what: 'it writes no append-only file, so a crash loses what came since its last snapshot',
      cure: 'set appendonly yes and appendfsync always',
    });
  if (appendonly === 'yes' && appendfsync !== undefined && appendfsync !== 'always')
    faults.push({
      what: `it syncs its append-only file ${appendfsync === 'everysec' ? 'once a second' : 'when the system likes'} (appendfsync ${appendfsync}), so a power cut loses what came since`,
      cure: 'set appendfsync always',
    });
  if (policy !== undefined && policy !== 'noeviction')
    faults.push({ what: `it drops keys when its memory is full (maxmemory-policy ${policy})`, cure: 'set maxmemory-policy noeviction' });
  return faults;
}

async function settingsOf(client: RedisClient): Promise<Settings> {
  const node = client instanceof Cluster ? client.nodes('master')[0] : client;
  if (node === undefined) throw new Error('no master of the Redis Cluster answers');
  try {
    const [append, policy] = await Promise.all([node.config('GET', 'append*'), node.config('GET', 'maxmemory-policy')]);
    return { ...pairs(append), ...pairs(policy) };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ReplyError') throw error;
    // CONFIG is renamed or forbidden, as managed Redis does.
    return fromInfo(await node.info());
  }
}

/** CONFIG GET answers with a flat list of names and values. */
function pairs(reply: unknown): Settings {
  const list = Array.isArray(reply) ? reply.map(String) : [];
  return Object.fromEntries(list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1] ?? '']] : [])));
}

function fromInfo(info: string): Settings {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const aof = field('aof_enabled');
  const policy = field('maxmemory_policy');
  return {
    ...(aof === undefined ? {} : { appendonly: aof === '1' ? 'yes' : 'no' }),
    ...(policy === undefined ? {} : { 'maxmemory-policy': policy }),
  };
}
