import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { startAlertmanagerProgram } from './alertmanager-program.ts';
import type { AlertmanagerPlace, DemoAlertmanager } from './demo-alertmanager.ts';
import { startPlayedAlertmanager } from './played-alertmanager.ts';

/** Debian calls it prometheus-alertmanager, everybody else alertmanager. */
const programs = ['prometheus-alertmanager', 'alertmanager'];

/** Starts the Alertmanager that is installed; where none is, a server that plays its part as far as the demo needs it. */
export async function startAlertmanager(place: AlertmanagerPlace): Promise<DemoAlertmanager> {
  const program = programs.map((name) => found(name, place.searchPath)).find((path) => path !== undefined);
  return program === undefined ? startPlayedAlertmanager(place) : startAlertmanagerProgram(program, place);
}

function found(program: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
