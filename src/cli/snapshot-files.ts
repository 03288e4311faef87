import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resourceName } from '../cluster/kinds.ts';
import type { AnyObject, Kind } from '../cluster/kinds.ts';
import type { LogQuery } from '../cluster/reader.ts';
import { manifestFile, manifestSchema } from '../cluster/snapshot/manifest.ts';
import type { CapturedKind, Manifest } from '../cluster/snapshot/manifest.ts';
import { redact, redactObject } from '../core/redact.ts';

const objectsPerFile = 500;
/** What is written is for its owner alone until he passes it on. */
const privately = { mode: 0o600 };

type LogRef = Manifest['absentLogs'][number];

/** The files of a snapshot while they are written. Everything passes the masking of credentials here. */
export class SnapshotFiles {
  readonly #directory: string;
  readonly #kinds: Partial<Record<Kind, CapturedKind>> = {};
  readonly #absentLogs: LogRef[] = [];
  objects = 0;
  logs = 0;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the directory. Throws when there is something in it already: two snapshots in one would be none. */
  static async in(directory: string): Promise<SnapshotFiles> {
    await mkdir(join(directory, 'objects'), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw new Error(`The snapshot cannot be written to ${directory}: ${(error as Error).message}`, { cause: error });
    });
    const present = (await readdir(directory)).filter((name) => name !== 'objects');
    if (present.length > 0)
      throw new Error(`${directory} is not empty (there is ${present[0]}); name a directory of its own with --output`);
    return new SnapshotFiles(directory);
  }

  /** Takes the objects of a kind one by one and writes them in files of bounded size. */
  objectsOf(kind: Kind): { add(object: AnyObject): void; done(captured: CapturedKind): Promise<void> } {
    const writes: Promise<void>[] = [];
    let items: AnyObject[] = [];
    const flush = (): void => {
      if (items.length === 0) return;
      const file = join(this.#directory, 'objects', `${resourceName(kind)}-${writes.length + 1}.json`);
      writes.push(writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), privately));
      this.objects += items.length;
      items = [];
    };
    return {
      add: (object) => {
        items.push(redactObject(object));
        if (items.length === objectsPerFile) flush();
      },
      done: async (captured) => {
        flush();
        await Promise.all(writes);
        this.#kinds[kind] = captured;
      },
    };
  }

  /** Writes the log of a container, or remembers that there is none. */
  async log({ namespace, pod, container, previous = false }: LogQuery, text: string | undefined): Promise<void> {
    if (text === undefined) {
      this.#absentLogs.push({ namespace, pod, container, previous });
      return;
    }
    const directory = join(this.#directory, 'logs', namespace, pod);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(join(directory, `${container}${previous ? '-previous' : ''}.log`), redact(text), privately);
    this.logs += 1;
  }

  /** Writes what was read and what not, as the last file. */
  async finish(): Promise<void> {
    const manifest: Manifest = { schema: manifestSchema, kinds: this.#kinds, absentLogs: this.#absentLogs };
    await writeFile(join(this.#directory, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, privately);
  }
}
