import { objectKind } from '../kinds.ts';
import type { AnyObject, Kind } from '../kinds.ts';
import { documentsOf } from './documents.ts';
import { LogIndex } from './log-index.ts';
import { manifestFile, manifestOf } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { NewestTime } from './newest-time.ts';
import { ObjectStore } from './object-store.ts';
import { isInternalList, objectsIn } from './objects.ts';
import { fileErrorText, Problems } from './problem.ts';
import { readText, UnreadableFile } from './read-text.ts';
import { asServed } from './served-shape.ts';
import { UnreadKinds } from './unread-kinds.ts';
import { walk } from './walk.ts';
import type { FoundFile } from './walk.ts';

/** Everything that was found in a snapshot directory. */
export interface Contents {
  readonly objects: ObjectStore;
  /** Kinds of which a typed list was there, be it empty. */
  readonly listed: ReadonlySet<Kind>;
  readonly logs: LogIndex;
  readonly manifest: Manifest | undefined;
  readonly newest: NewestTime;
  readonly problems: Problems;
  readonly unread: UnreadKinds;
}

/** Reads all files of a directory. Files that cannot be read become problems. */
export async function readContents(root: string): Promise<Contents> {
  const reading = new Reading();
  for (const file of await walk(root, reading.problems)) {
    try {
      await reading.take(file);
    } catch (error) {
      reading.problems.add(file.name, error instanceof UnreadableFile ? error.message : fileErrorText(error));
      if (holdsObjects(file)) reading.unread.note(file.name);
    }
  }
  return reading;
}

function holdsObjects({ name }: FoundFile): boolean {
  return /\.(?:json|ya?ml)$/i.test(name);
}

class Reading implements Contents {
  readonly objects = new ObjectStore();
  readonly listed = new Set<Kind>();
  readonly logs = new LogIndex();
  readonly newest = new NewestTime();
  readonly problems = new Problems();
  readonly unread = new UnreadKinds();
  manifest: Manifest | undefined;

  async take(file: FoundFile): Promise<void> {
    if (!holdsObjects(file)) {
      await this.logs.add(file, this.newest);
      return;
    }
    const { documents, problems } = documentsOf(await readText(file.path));
    for (const { why, text } of problems) {
      this.problems.add(file.name, why);
      this.unread.note(file.name, text);
    }
    if (file.name === manifestFile) this.manifest = manifestOf(documents[0]);
    for (const document of documents) this.#takeDocument(document, file.name);
  }

  #takeDocument(document: unknown, path: string): void {
    if (isInternalList(document)) {
      this.problems.add(path, 'is in the form that kubectl before 1.14 dumped, which is not read: dump it again with a newer kubectl');
      this.unread.note(path);
      return;
    }
    const { objects, listed } = objectsIn(document, path);
    for (const kind of listed) this.listed.add(kind);
    for (const { kind, object } of objects) {
      this.newest.seeObject(object);
      if (kind !== undefined) this.#takeObject(kind, object, path);
    }
  }

  #takeObject(kind: Kind, object: AnyObject, path: string): void {
    const served = asServed(kind, object);
    if (served !== undefined) return this.objects.add(kind, served);
    this.problems.add(path, `holds a ${objectKind(kind)} of a form that no API server has`);
    this.unread.noteKind(path, kind);
  }
}
