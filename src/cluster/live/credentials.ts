import type { RequestOptions } from 'node:https';
import { loadContext } from './kubeconfig.ts';
import type { KubeContext } from './kubeconfig.ts';

/** What a connection needs besides the address. */
export type TlsOptions = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized'> & {
  servername?: string;
};

export interface Credentials {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly tls: TlsOptions;
}

/** Credentials are asked for anew after this long; client-node caches tokens until they expire. */
const freshForMs = 10_000;

/**
 * The credentials of a kubeconfig context, always fresh: tokens in files are read again, exec plugins run again when
 * their token has expired, and the kubeconfig itself is read again when the server refuses them.
 */
export class CredentialSource {
  #context: KubeContext;
  #current: { readonly at: number; readonly credentials: Promise<Credentials> } | undefined;
  #renewedAt = -Infinity;

  constructor(context: KubeContext) {
    this.#context = context;
  }

  /** The credentials of now; callers at the same time share one look. */
  current(): Promise<Credentials> {
    const now = performance.now();
    if (this.#current !== undefined && now - this.#current.at < freshForMs) return this.#current.credentials;
    const credentials = credentialsOf(this.#context);
    const current = { at: now, credentials };
    this.#current = current;
    credentials.catch(() => {
      if (this.#current === current) this.#current = undefined;
    });
    return credentials;
  }

  /** After a 401: forgets what it has and reads the kubeconfig again; false when that was just done. */
  renew(): boolean {
    const now = performance.now();
    if (now - this.#renewedAt < freshForMs) return false;
    this.#renewedAt = now;
    this.#context = loadContext(this.#context.name, this.#context.file);
    this.#current = undefined;
    return true;
  }
}

async function credentialsOf({ config, headers }: KubeContext): Promise<Credentials> {
  const options: RequestOptions & { servername?: string } = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername, auth } = options;
  const basic = auth === undefined || auth === null ? {} : { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
  return {
    headers: { ...(options.headers as Record<string, string>), ...basic, ...headers },
    tls: definedOnly({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }),
  };
}

function definedOnly(options: { [K in keyof TlsOptions]: TlsOptions[K] | undefined }): TlsOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
