/** The log of one container within a `logs.txt` of `kubectl cluster-info dump`. */
export interface LogSection {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly text: string;
}

const startMarker = /^==== START logs for container (\S+) of pod ([^\s/]+)\/(\S+) ====$/;

/**
 * The sections of a `logs.txt`. The end marker may follow the last line of a log directly, when that log does not end
 * in a newline. Markers that name another pod than the file's first one are lines of a log, not markers.
 */
export function logSections(text: string): readonly LogSection[] {
  const lines = text.split('\n');
  const sections: LogSection[] = [];
  let open: { namespace: string; pod: string; container: string; lines: string[] } | undefined;
  for (const line of lines) {
    if (open !== undefined) {
      const end = `==== END logs for container ${open.container} of pod ${open.namespace}/${open.pod} ====`;
      if (!line.endsWith(end)) {
        open.lines.push(line);
        continue;
      }
      sections.push(close(open, line.slice(0, -end.length)));
      open = undefined;
    }
    const [, container, namespace, pod] = startMarker.exec(line) ?? [];
    const first = sections[0];
    if (container === undefined || namespace === undefined || pod === undefined) continue;
    if (first === undefined || (first.namespace === namespace && first.pod === pod)) open = { namespace, pod, container, lines: [] };
  }
  return open === undefined ? sections : [...sections, close(open, '')];
}

function close({ lines, ...rest }: { namespace: string; pod: string; container: string; lines: string[] }, lastLine: string): LogSection {
  const text = lines.map((line) => `${line}\n`).join('') + lastLine;
  return { ...rest, text };
}

/** Why a section holds no log: kubectl writes its own error in the log's place. */
export function kubectlError(text: string): string | undefined {
  return /^(?:Create log request error|Request log error): (.*)\n?$/.exec(text)?.[1];
}
