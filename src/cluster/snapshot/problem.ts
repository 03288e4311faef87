/** What of a snapshot could not be read, and why, for people. Never quotes the file: it may hold a secret. */
export interface Problem {
  /** Path within the directory; '.' for the directory as a whole. */
  readonly file: string;
  readonly why: string;
}

/** Collects problems; beyond the first thousand they are only counted. */
export class Problems {
  readonly list: Problem[] = [];
  readonly #most = 1000;

  add(file: string, why: string): void {
    if (this.list.length === this.#most) this.list.push({ file: '.', why: 'there are more problems than are listed here' });
    if (this.list.length < this.#most) this.list.push({ file, why });
  }
}

/** The system's own words for a failed file operation, without the path in it. */
export function fileErrorText(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read (permission denied)';
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a directory';
  return `cannot be read (${code ?? 'unknown error'})`;
}
