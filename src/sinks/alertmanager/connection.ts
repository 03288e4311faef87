import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { DeliveryError } from '../sink.ts';
import type { ReplicaAddress } from './address.ts';

/** How to get in: Alertmanager's own API knows no authentication, its `--web.config.file` and what stands before it do. */
export interface AlertmanagerAccess {
  readonly bearerToken?: string | null;
  readonly basicUser?: string | null;
  readonly basicPassword?: string | null;
  /** X-Scope-OrgID of Mimir and Cortex. */
  readonly tenant?: string | null;
  /** PEM file of the authority that signed Alertmanager's certificate. */
  readonly caFile?: string | null;
}

export interface ConnectionTiming {
  /** How long one request may take. */
  readonly timeoutMs: number;
  /** Pauses before the tries after a 503, which is Alertmanager's answer to more than GOMAXPROCS (at least 8) GETs at once. */
  readonly pausesMs: readonly number[];
}

/** HTTP to one Alertmanager, at most two requests at once. Both calls return the answer's text or throw a DeliveryError. */
export interface Connection {
  get(path: string): Promise<string>;
  post(path: string, json: string): Promise<string>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Longer than between two looks at an alert, so that most need no new connection, and no name to be looked up. */
const idleMs = 30_000;

const usualTiming: ConnectionTiming = { timeoutMs: 5_000, pausesMs: [100, 300, 900] };

/** Nothing is connected yet. A CA file that can't be read throws. */
export async function openConnection(address: ReplicaAddress, access: AlertmanagerAccess, timing = usualTiming): Promise<Connection> {
  const ca = access.caFile ? await readFile(access.caFile, 'utf8') : undefined;
  const tls = { ...(ca !== undefined && { ca }), ...(address.serverName !== null && { servername: address.serverName }) };
  // Over HTTP/2, a request that is given up can leave Node in an endless loop.
  const agent = new Agent({ connections: 2, allowH2: false, keepAliveTimeout: idleMs, connect: { ...tls, timeout: timing.timeoutMs } });
  const headers = { accept: 'application/json', 'user-agent': 'podnet-triage', ...accessHeaders(address, access) };

  const once = async (path: string, json: string | null): Promise<Answer> => {
    const { statusCode, body } = await request(address.base + path, {
      dispatcher: agent,
      method: json === null ? 'GET' : 'POST',
      headers: json === null ? headers : { ...headers, 'content-type': 'application/json' },
      body: json,
      signal: AbortSignal.timeout(timing.timeoutMs),
    });
    return { status: statusCode, text: await body.text() };
  };
  const call = async (path: string, json: string | null): Promise<string> => {
    const name = `${json === null ? 'GET' : 'POST'} ${address.base}${path.replace(/\?.*/, '')}`;
    for (let tries = 0; ; tries += 1) {
      const answer = await once(path, json).catch((cause: unknown) => {
        throw new DeliveryError(`${name}: ${reasonOf(cause)}`, { retryable: true }, { cause });
      });
      if (answer.status >= 200 && answer.status < 300) return answer.text;
      const pause = timing.pausesMs[tries];
      if (answer.status !== 503 || pause === undefined) throw refused(name, answer);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };

  return {
    get: async (path) => call(path, null),
    post: async (path, json) => call(path, json),
    close: async () => agent.destroy(),
  };
}

/** The headers that let a request in: authorization and tenant, where they are set. The address' own user comes after the configured one. */
export function accessHeaders(
  address: Pick<ReplicaAddress, 'user' | 'password'>,
  access: AlertmanagerAccess,
): Readonly<Record<string, string>> {
  const user = access.basicUser ?? address.user;
  const password = access.basicUser ? access.basicPassword : address.password;
  const basic = user === null ? null : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
  const authorization = access.bearerToken ? `Bearer ${access.bearerToken}` : basic;
  return { ...(authorization !== null && { authorization }), ...(access.tenant && { 'x-scope-orgid': access.tenant }) };
}

/** The API says what it refuses as a bare JSON string. */
function refused(name: string, { status, text }: Answer): DeliveryError {
  const said = text.replace(/\s+/g, ' ').trim().slice(0, 300);
  return new DeliveryError(`${name}: status ${status}${said === '' ? '' : `, ${said}`}`, { retryable: status >= 500 || status === 429 });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return 'no answer in time';
  return cause.message === '' ? ((cause as NodeJS.ErrnoException).code ?? cause.name) : cause.message;
}
