import { failure } from './status.ts';

/** The tokens by which lists go on; they expire, by age or at a test's wish. */
export class ContinueTokens {
  readonly #lifetimeMs: number;
  #validFrom = 0;

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  /** Lets all tokens given out so far expire, as etcd's compaction does. */
  expire(): void {
    this.#validFrom = performance.now();
  }

  write(after: string): string {
    return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', at: performance.now(), start: after })).toString('base64url');
  }

  /** The key after which the list goes on; undefined at its beginning. Throws 400 or 410. */
  read(token: string | null): string | undefined {
    if (token === null || token === '') return undefined;
    const { at, start } = parsed(token);
    if (at > this.#validFrom && performance.now() - at < this.#lifetimeMs) return start;
    throw failure({
      code: 410,
      reason: 'Expired',
      message:
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
      metadata: { continue: this.write(start) },
    });
  }
}

function parsed(token: string): { at: number; start: string } {
  try {
    const { at, start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as { at: unknown; start: unknown };
    if (typeof at === 'number' && typeof start === 'string') return { at, start };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw failure({ code: 400, reason: 'BadRequest', message: 'continue key is not valid: illegal base64 data' });
}
