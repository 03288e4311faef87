import { loadAll } from 'js-yaml';

export interface Documents {
  readonly documents: readonly unknown[];
  readonly problems: readonly BrokenPart[];
}

/** A part of a text that could not be read. */
export interface BrokenPart {
  /** What was wrong; never with words of the text. */
  readonly why: string;
  readonly text: string;
}

/** Where `kubectl cluster-info dump` without a directory goes on with a pod's log (kubernetes/kubectl: pkg/cmd/clusterinfo). */
const logMarker = /^==== START logs for container \S+ of pod \S+ ====$/m;
const logsAmongObjects =
  'holds logs among its objects, and what follows the first log was not read: a log may hold anything. Dump with --output-directory=DIR';

/**
 * The JSON or YAML documents of a text, whatever its file is called: one JSON document, several after each other
 * (`kubectl get … >> file`), or YAML documents between `---`. A broken document does not take the others with it.
 */
export function documentsOf(text: string): Documents {
  const end = text.includes('==== START logs') ? text.search(logMarker) : -1;
  if (end < 0) return withoutLogs(text);
  const { documents, problems } = withoutLogs(text.slice(0, end));
  return { documents, problems: [...problems, { why: logsAmongObjects, text: text.slice(end) }] };
}

function withoutLogs(text: string): Documents {
  if (text.trim() === '') return { documents: [], problems: [] };
  const asJson = /^\s*[{[]/.test(text) ? jsonDocuments(text) : undefined;
  return asJson ?? yamlDocuments(text);
}

function jsonDocuments(text: string): Documents | undefined {
  try {
    return { documents: [JSON.parse(text)], problems: [] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const documents: unknown[] = [];
  for (const part of topLevelValues(text)) {
    try {
      documents.push(JSON.parse(part));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return documents.length === 0
        ? undefined
        : { documents, problems: [{ why: 'ends in something that is not whole JSON', text: part }] };
    }
  }
  return documents.length === 0 ? undefined : { documents, problems: [] };
}

/** The texts of the JSON values that stand one after the other; the last one may be cut off. */
function* topLevelValues(text: string): Generator<string> {
  const structure = /"(?:\\.|[^"\\])*"|[{}[\]]/gs;
  let depth = 0;
  let start = 0;
  for (const match of text.matchAll(structure)) {
    const sign = match[0];
    if (sign.startsWith('"')) continue;
    if (depth === 0) start = match.index;
    depth += sign === '{' || sign === '[' ? 1 : -1;
    if (depth === 0) yield text.slice(start, match.index + 1);
    if (depth < 0) return;
  }
  if (depth > 0) yield text.slice(start);
}

/** Kubernetes' own tools write no aliases; so few cannot blow up when the document is copied. */
const maxAliases = 20;

function yamlDocuments(text: string): Documents {
  const documents: unknown[] = [];
  const problems: BrokenPart[] = [];
  for (const [index, part] of text.split(/^---(?=\s|$)/m).entries()) {
    if (part.trim() === '') continue;
    try {
      documents.push(...loadAll(part, { json: true, maxAliases }));
    } catch {
      const why = index === 0 ? 'is neither valid JSON nor valid YAML' : `its document ${index} is not valid YAML`;
      problems.push({ why, text: part });
    }
  }
  return { documents, problems };
}
