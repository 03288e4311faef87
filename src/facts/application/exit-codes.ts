const meanings: Readonly<Record<number, string>> = {
  0: 'it finished without an error, but a container of this pod should run forever',
  1: 'an error in the application',
  2: 'wrong usage, or an error in the application',
  126: 'the command was found but cannot be executed',
  127: 'the command was not found',
  128: 'the runtime could not start it',
  129: 'SIGHUP',
  130: 'SIGINT: it was interrupted',
  132: 'SIGILL: an instruction that this CPU does not have',
  133: 'SIGTRAP',
  134: 'SIGABRT: it aborted itself',
  135: 'SIGBUS: bad memory access',
  136: 'SIGFPE: arithmetic error',
  137: 'SIGKILL: it was killed',
  139: 'SIGSEGV: segmentation fault',
  141: 'SIGPIPE: it wrote to a closed pipe',
  143: 'SIGTERM: it was asked to stop',
  159: 'SIGSYS: a system call that seccomp forbids',
  255: 'an unspecified error',
  3221225477: 'Windows: access violation',
  3221225781: 'Windows: a DLL was not found',
  3221225786: 'Windows: it was interrupted',
};

/** What an exit code means, in a few words; undefined for the many that only the application knows. Above 128 it is a signal. */
export function exitCodeMeaning(code: number): string | undefined {
  // Windows codes come as signed 32-bit numbers from some runtimes.
  const unsigned = code < 0 ? code + 2 ** 32 : code;
  return meanings[unsigned] ?? (unsigned > 128 && unsigned < 165 ? `signal ${unsigned - 128}` : undefined);
}
