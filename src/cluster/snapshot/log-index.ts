import { kubectlError, logSections } from './cluster-info-log.ts';
import { isClusterInfoLog, logKey, logPathOf, namelessLogKey } from './log-path.ts';
import type { LogRef, LogRun } from './log-path.ts';
import type { NewestTime } from './newest-time.ts';
import { readEnd, readText } from './read-text.ts';
import type { FoundFile } from './walk.ts';

/** As much of a log as a triage can ever want; the rest of a file is not read. */
const mostOfALog = 32 * 1024 * 1024;
/** Between time and text, in the files of the container runtime. */
const streamMark = /^(\S+) (?:stdout|stderr) [FP] /gm;
/** Log lines stand in order of time, so that the newest is near the end. */
const endForTimes = 64 * 1024;

interface LogFile {
  readonly path: string;
  /** Set where the file holds several containers' logs. */
  readonly section: string | undefined;
  /** Set where it is one of several runs, in the form that the runtime writes. */
  readonly run: LogRun | undefined;
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
    const found = logPathOf(file.name);
    if (found === undefined) return false;
    newest.seeLog(await readEnd(file.path, endForTimes));
    this.#remember(found.key, { path: file.path, section: undefined, run: found.run });
    return true;
  }

  /** Why a log is not there although its place in the snapshot is; undefined when nothing is known. */
  failure(ref: LogRef): string | undefined {
    return this.#failures.get(logKey(ref));
  }

  has(ref: LogRef): boolean {
    return this.#fileOf(ref) !== undefined;
  }

  async read(ref: LogRef): Promise<string | undefined> {
    const file = this.#fileOf(ref);
    if (file === undefined) return undefined;
    if (file.section === undefined) {
      const text = await readEnd(file.path, mostOfALog);
      return file.run === undefined ? text : text.replaceAll(streamMark, '$1 ');
    }
    return logSections(await readText(file.path)).find(({ container }) => container === file.section)?.text;
  }

  async #addSections(file: FoundFile, newest: NewestTime): Promise<void> {
    for (const { namespace, pod, container, text } of logSections(await readText(file.path))) {
      const ref = { namespace, pod, container, previous: false };
      const failure = kubectlError(text);
      if (failure === undefined) this.#remember(logKey(ref), { path: file.path, section: container, run: undefined });
      else this.#failures.set(logKey(ref), failure);
      newest.seeLog(text);
    }
  }

  #fileOf(ref: LogRef): LogFile | undefined {
    return this.#files.get(logKey(ref)) ?? this.#files.get(namelessLogKey(ref));
  }

  /** The first of several files stays, but the run with the highest number is the present one, and the next the one before. */
  #remember(key: string, file: LogFile): void {
    const known = this.#files.get(key);
    if (known === undefined) this.#files.set(key, file);
    if (known?.run === undefined || file.run === undefined || known.run.folder !== file.run.folder) return;
    const [older, newer] = known.run.number < file.run.number ? [known, file] : [file, known];
    this.#files.set(key, newer);
    const before = this.#files.get(file.run.before);
    if (before?.run === undefined || (older.run !== undefined && before.run.number < older.run.number))
      this.#files.set(file.run.before, older);
  }
}
