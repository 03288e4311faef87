import type { Receivers } from './routes.ts';

/** The demo's Alertmanager, real or played. */
export interface DemoAlertmanager extends AsyncDisposable {
  readonly url: string;
  /** Who it is, for people. */
  readonly who: string;
}

/** Where it runs, and whom it tells. */
export interface AlertmanagerPlace {
  readonly port: number;
  /** Where its files go. */
  readonly directory: string;
  readonly receivers: Receivers;
  /** The value of PATH. */
  readonly searchPath: string;
}
