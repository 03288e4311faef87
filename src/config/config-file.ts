import { parseDocument } from 'yaml';
import { type Matcher, MatcherSyntaxError, parseMatchers } from '../core/matchers.ts';
import { parseDuration } from './duration.ts';
import { type ConfigFile, fileSchema } from './file-schema.ts';
import type { Mistakes } from './mistakes.ts';
import { noteSchemaMistakes } from './schema-mistakes.ts';

/** Where alerts with certain labels are told of. */
export interface SlackRoute {
  readonly matchers: readonly Matcher[];
  readonly channel: string;
}

export interface OtherCluster {
  readonly kubeconfig: string | null;
  readonly context: string | null;
}

/** Times that suit most and can be changed. */
export interface Thresholds {
  /** How long after its end an incident that returns is still the same one. */
  readonly incidentQuietMs: number;
  /** A Slack message is edited at most once in so long. */
  readonly slackEditEveryMs: number;
  /** A Slack channel gets at most one write in so long; Slack's own limit is about a second. */
  readonly slackPostEveryMs: number;
}

/** What is structured in the configuration. */
export interface StructuredConfig {
  /** The first that matches decides. */
  readonly slackRoutes: readonly SlackRoute[];
  readonly clusters: Readonly<Record<string, OtherCluster>>;
  readonly runbooks: Readonly<Record<string, readonly string[]>>;
  readonly thresholds: Thresholds;
}

interface Source {
  readonly path: string;
  /** The ids of the runbooks that exist. */
  readonly runbooks: readonly string[];
  readonly mistakes: Mistakes;
}

/** Reads the text of CONFIG_FILE; what is wrong is noted with its path, and left out. */
export function readConfigFile(text: string, source: Source): StructuredConfig {
  const file = parsed(text, source);
  return {
    slackRoutes: (file.slack?.routes ?? []).map(({ matchers, channel }, index) => ({
      channel,
      matchers: matchers.flatMap((matcher, at) => readMatcher(matcher, `slack.routes[${index}].matchers[${at}]`, source)),
    })),
    clusters: Object.fromEntries(
      Object.entries(file.clusters ?? {}).map(([name, { kubeconfig, context }]) => [
        name,
        { kubeconfig: kubeconfig ?? null, context: context ?? null },
      ]),
    ),
    runbooks: knownRunbooks(file.runbooks ?? {}, source),
    thresholds: thresholdsOf(file.thresholds ?? {}, source),
  };
}

function parsed(text: string, { path, mistakes }: Source): ConfigFile {
  const document = parseDocument(text, { prettyErrors: true });
  for (const { message } of document.errors) mistakes.add(path, `not YAML: ${message.split('\n')[0] ?? ''}`);
  if (document.errors.length > 0) return {};
  const value: unknown = document.toJS() ?? {};
  const wrong = noteSchemaMistakes(fileSchema, value, { file: path, mistakes });
  if (wrong.has('')) return {};
  // The sections that are right are read on, so that one start tells all mistakes.
  return Object.fromEntries(Object.entries(value as ConfigFile).filter(([section]) => !wrong.has(section)));
}

function readMatcher(text: string, where: string, { path, mistakes }: Source): readonly Matcher[] {
  try {
    return parseMatchers(text);
  } catch (error) {
    if (!(error instanceof MatcherSyntaxError)) throw error;
    mistakes.add(`${path}: ${where}`, error.message, `'severity="critical"'`);
    return [];
  }
}

function knownRunbooks(mapping: Readonly<Record<string, readonly string[]>>, source: Source): Readonly<Record<string, readonly string[]>> {
  for (const [alertname, ids] of Object.entries(mapping)) {
    for (const id of ids.filter((id) => !source.runbooks.includes(id))) {
      source.mistakes.add(`${source.path}: runbooks.${alertname}`, `there is no runbook "${id}"; there are ${source.runbooks.join(', ')}`);
    }
  }
  return mapping;
}

const usual = { incidentQuiet: '15m', slackEditEvery: '5s', slackPostEvery: '1200ms' } as const;

function thresholdsOf(given: NonNullable<ConfigFile['thresholds']>, { path, mistakes }: Source): Thresholds {
  const read = (name: keyof typeof usual): number => {
    const ms = parseDuration(given[name] ?? usual[name]);
    if (ms === undefined) mistakes.add(`${path}: thresholds.${name}`, `"${given[name]}" is not a duration`, usual[name]);
    return ms ?? 0;
  };
  return { incidentQuietMs: read('incidentQuiet'), slackEditEveryMs: read('slackEditEvery'), slackPostEveryMs: read('slackPostEvery') };
}
