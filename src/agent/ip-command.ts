import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseIpJson } from '../network/routes.ts';

const run = promisify(execFile);

/** `ip` can't show what is asked for; the message is for people. */
export class IpError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IpError';
  }
}

/** Prints what `ip` shows with these arguments, as JSON. Throws IpError. */
export type IpCommand = (...args: readonly string[]) => Promise<string>;

export interface IpCommandOptions {
  /** Folders where the program is looked for. */
  readonly path?: string;
  readonly timeoutMs?: number;
  readonly mostBytes?: number;
}

const installs = 'install the package iproute2 in this image';

/** Runs iproute2's `ip` without a shell, with nothing of our environment. It reads netlink and needs no capability for that. */
export function ipCommand({
  path = '/usr/sbin:/usr/bin:/sbin:/bin',
  timeoutMs = 3000,
  mostBytes = 8 * 1024 * 1024,
}: IpCommandOptions = {}): IpCommand {
  return async (...args) => {
    const shown = `ip ${args.join(' ')}`;
    const { stdout } = await run('ip', [...args], {
      env: { PATH: path, LC_ALL: 'C' },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: mostBytes,
      encoding: 'utf8',
    }).catch((error: unknown) => {
      throw new IpError(reasonOf(error, { shown, timeoutMs, mostBytes }), { cause: error });
    });
    if (parseIpJson(stdout) === undefined) throw new IpError(`"${shown}" printed no JSON: ${installs}`);
    return stdout;
  };
}

function reasonOf(error: unknown, { shown, timeoutMs, mostBytes }: { shown: string; timeoutMs: number; mostBytes: number }): string {
  const { code, killed = false, stderr = '' } = (error ?? {}) as { code?: unknown; killed?: boolean; stderr?: string };
  if (code === 'ENOENT') return `the program ip is missing: ${installs}`;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `"${shown}" printed more than ${mostBytes} bytes`;
  if (killed) return `"${shown}" did not end within ${timeoutMs} ms`;
  // BusyBox' ip knows no -j and prints its usage.
  if (/busybox|(invalid|unrecognized|unknown) option|is unknown, try/i.test(stderr))
    return `the program ip is not iproute2's and prints no JSON: ${installs}`;
  return `"${shown}" failed: ${stderr.trim().split('\n', 1)[0]?.slice(0, 200) || String(code)}`;
}
