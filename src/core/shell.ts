/** A value as one word of a POSIX shell: quoted unless it is harmless as it stands. */
function shellWord(value: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command line for people, with every inserted value quoted. */
export function sh(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((line, part, index) => line + shellWord(String(values[index - 1])) + part);
}
