interface Output {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** What ends the process, and where it says why. */
export interface Ending {
  readonly exit: (status: number) => void;
  readonly writeError: (line: string) => void;
}

/**
 * Ends the process when its output goes nowhere any more: quietly where the reader has seen enough (`… | head`), with
 * one line and exit status 1 where it cannot be written, as on a full disk.
 */
export function endWithOutput(output: Output, { exit, writeError }: Ending): void {
  output.on('error', ({ code, message }) => {
    if (code === 'EPIPE') return exit(0);
    writeError(`podnet-triage: the output cannot be written: ${code ?? message}\n`);
    exit(1);
  });
}
