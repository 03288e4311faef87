import { parseClaim, type CauseAndDetail, type Claim } from './details.ts';

/** Where a text was seen. `event` is an event on a pod, `probe` the output of a failed probe, `object` a field of an API object. */
export type Where = 'event' | 'probe' | 'log' | 'condition' | 'node-event' | 'object';

/** What must be known of the cluster before a text can be read otherwise than it usually is. */
export type Circumstance =
  /** No pod of the plugin is placed on the node, or the cluster has no DaemonSet of it at all. */
  | 'agent-absent'
  /** The plugin's pod on the node exists and is failing. */
  | 'agent-unhealthy'
  /** The plugin that speaks is not the one that the cluster runs. */
  | 'other-plugin-installed'
  /** Live pods hold clearly fewer addresses than the range that is called full. */
  | 'range-has-room'
  /** No pod of the cluster has the address that is said to be taken. */
  | 'address-unheld';

export interface Alternative extends CauseAndDetail {
  readonly when: Circumstance;
}

/** What has to hold besides the words, because the same words also come and go in healthy clusters. */
export interface Needs {
  /** It must have lasted at least this long. */
  readonly olderThanMs?: number;
  /** It must have been seen at least twice. */
  readonly repeated?: true;
}

/** One text of a plugin and what it proves. */
export interface Signature extends CauseAndDetail {
  /** Matched against the text without double quotes and backslashes, in any case of letters. */
  readonly pattern: RegExp;
  readonly where: readonly Where[];
  /** The containers that write it; where it is weak, it counts in these alone. */
  readonly containers: readonly string[];
  /** Strong: fresh and repeated, it names the cause. Weak: only beside a second, independent sign. */
  readonly strength: 'strong' | 'weak';
  readonly needs: Needs | null;
  /** Counts only inside a CNI wrapper or in a plugin's own log: other parts of Kubernetes say the same words. */
  readonly onlyOfCni: boolean;
  /** What it means instead where the cluster's structure says so; checked in order, the signature's own cause is what remains. */
  readonly alternatives: readonly Alternative[];
  /** `owner/repository:path` of where the words are written. */
  readonly sourceNote: string;
}

export interface SignatureOptions {
  readonly where?: readonly Where[];
  readonly containers?: readonly string[];
  readonly needs?: Needs;
  readonly onlyOfCni?: true;
  readonly unless?: Readonly<Partial<Record<Circumstance, Claim>>>;
}

type Sign = (claim: Claim, pattern: RegExp, options?: SignatureOptions) => Signature;

/** Makers of signatures whose words stand in one source file (`owner/repository:path`). */
export function readIn(sourceNote: string): { readonly strong: Sign; readonly weak: Sign } {
  const sign =
    (strength: Signature['strength']): Sign =>
    (claim, pattern, options = {}) => ({
      ...parseClaim(claim),
      pattern: new RegExp(pattern.source, 'i'),
      where: options.where ?? ['event', 'log'],
      containers: options.containers ?? [],
      strength,
      needs: options.needs ?? null,
      onlyOfCni: options.onlyOfCni ?? false,
      alternatives: alternatives(options.unless ?? {}),
      sourceNote,
    });
  return { strong: sign('strong'), weak: sign('weak') };
}

function alternatives(unless: NonNullable<SignatureOptions['unless']>): Alternative[] {
  const entries = Object.entries(unless) as [Circumstance, Claim][];
  return entries.map(([when, claim]) => ({ ...parseClaim(claim), when }));
}

/** A text that looks alarming and is not, or not of the network. */
export interface FalseFriend {
  readonly pattern: RegExp;
  /** What it is instead, as the end of a sentence: "a pod that was deleted meanwhile". */
  readonly why: string;
}

/** A false friend; matched as signatures are. */
export function harmless(pattern: RegExp, why: string): FalseFriend {
  return { pattern: new RegExp(pattern.source, 'i'), why };
}
