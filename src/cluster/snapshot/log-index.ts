import { kubectlError, logSections } from './cluster-info-log.ts';
import { isClusterInfoLog, logKey, logRefOf } from './log-path.ts';
import type { LogRef } from './log-path.ts';
import type { NewestTime } from './newest-time.ts';
import { readEnd, readText } from './read-text.ts';
import type { FoundFile } from './walk.ts';

/** As much of a log as a triage can ever want; the rest of a file is not read. */
const mostOfALog = 32 * 1024 * 1024;
/** Log lines stand in order of time, so that the newest is near the end. */
const endForTimes = 64 * 1024;

interface LogFile {
  readonly path: string;
  /** Set where the file holds several containers' logs. */
  readonly section: string | undefined;
}

/** Which file of a snapshot holds which container's log. Texts are read when they are asked for. */
export class LogIndex {
  readonly #files = new Map<string, LogFile>();
  readonly #failures = new Map<string, string>();

  get isEmpty(): boolean {
    return this.#files.size === 0 && this.#failures.size === 0;
  }

  /** Adds a file when it is a log, and sees the times in it; false when it is none. */
  async add(file: FoundFile, newest: NewestTime): Promise<boolean> {
    if (isClusterInfoLog(file.name)) {
      await this.#addSections(file, newest);
      return true;
    }
    const ref = logRefOf(file.name);
    if (ref === undefined) return false;
    newest.seeLog(await readEnd(file.path, endForTimes));
    this.#remember(ref, { path: file.path, section: undefined });
    return true;
  }

  /** Why a log is not there although its place in the snapshot is; undefined when nothing is known. */
  failure(ref: LogRef): string | undefined {
    return this.#failures.get(logKey(ref));
  }

  has(ref: LogRef): boolean {
    return this.#files.has(logKey(ref));
  }

  async read(ref: LogRef): Promise<string | undefined> {
    const file = this.#files.get(logKey(ref));
    if (file === undefined) return undefined;
    if (file.section === undefined) return readEnd(file.path, mostOfALog);
    return logSections(await readText(file.path)).find(({ container }) => container === file.section)?.text;
  }

  async #addSections(file: FoundFile, newest: NewestTime): Promise<void> {
    for (const { namespace, pod, container, text } of logSections(await readText(file.path))) {
      const ref = { namespace, pod, container, previous: false };
      const failure = kubectlError(text);
      if (failure === undefined) this.#remember(ref, { path: file.path, section: container });
      else this.#failures.set(logKey(ref), failure);
      newest.seeLog(text);
    }
  }

  #remember(ref: LogRef, file: LogFile): void {
    const key = logKey(ref);
    if (!this.#files.has(key)) this.#files.set(key, file);
  }
}
