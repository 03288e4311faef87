import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileErrorText } from './problem.ts';
import type { Problems } from './problem.ts';

export interface FoundFile {
  /** Where to open it. */
  readonly path: string;
  /** Its place within the directory, with `/` between the parts. */
  readonly name: string;
}

const deepest = 40;
const mostFiles = 500_000;

/**
 * All regular files below a directory, in a fixed order. Links to directories are not followed (what they show inside
 * the directory is walked at its own place), links to files only within it; pipes and devices are left alone.
 */
export async function walk(root: string, problems: Problems): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  const visit = async (directory: string, depth: number): Promise<void> => {
    for (const entry of await entriesOf(root, directory, problems)) {
      const path = join(directory, entry.name);
      if (found.length >= mostFiles) return;
      if (entry.isDirectory() && depth >= deepest)
        problems.add(nameOf(root, path), `lies more than ${deepest} directories deep and was not read`);
      else if (entry.isDirectory()) await visit(path, depth + 1);
      else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFileWithin(root, path, problems)))) {
        found.push({ path, name: nameOf(root, path) });
      }
    }
  };
  await visit(root, 0);
  if (found.length >= mostFiles) problems.add('.', `holds more than ${mostFiles} files; the rest was not read`);
  return found;
}

async function entriesOf(root: string, directory: string, problems: Problems): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    problems.add(nameOf(root, directory), fileErrorText(error));
    return [];
  }
}

async function leadsToFileWithin(root: string, path: string, problems: Problems): Promise<boolean> {
  try {
    const target = await realpath(path);
    if (target !== root && !target.startsWith(root + sep)) {
      problems.add(nameOf(root, path), 'is a link that leads out of the directory and was not followed');
      return false;
    }
    return (await stat(target)).isFile();
  } catch (error) {
    problems.add(nameOf(root, path), `is a link that ${fileErrorText(error)}`);
    return false;
  }
}

function nameOf(root: string, path: string): string {
  return relative(root, path).split(sep).join('/') || '.';
}
