import { readdirSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { kinds } from '../../src/cluster/kinds.ts';
import { causeIds } from '../../src/core/causes.ts';
import { classify, type Classification } from '../../src/network/cni/classify.ts';
import { details, type Claim } from '../../src/network/cni/details.ts';
import { commonSignatures, genericFalseFriends, genericSignatures } from '../../src/network/cni/generic.ts';
import { pluginOfDaemonSet } from '../../src/network/cni/match-daemon-set.ts';
import { plugins, pluginOfType } from '../../src/network/cni/registry.ts';
import type { FalseFriend, Signature, Where } from '../../src/network/cni/signature.ts';
import { commonWords } from './cni-samples/common-words.ts';
import { generic } from './cni-samples/generic.ts';
import { samples } from './cni-samples/index.ts';
import type { PluginSamples } from './cni-samples/sample.ts';

interface Declared {
  readonly name: string;
  readonly signatures: readonly Signature[];
  readonly falseFriends: readonly FalseFriend[];
  readonly samples: PluginSamples;
  /** As whose log it is read; unknown for words of Kubernetes. */
  readonly context: Pick<Parameters<typeof classify>[1], 'plugin'>;
}

const declared: readonly Declared[] = [
  ...plugins.map((plugin) => ({
    name: plugin.id,
    signatures: plugin.signatures,
    falseFriends: plugin.falseFriends,
    samples: samples[plugin.id],
    context: { plugin: plugin.id },
  })),
  { name: 'generic', signatures: genericSignatures, falseFriends: genericFalseFriends, samples: generic, context: {} },
  { name: 'common words', signatures: commonSignatures, falseFriends: [], samples: commonWords, context: {} },
];

const textsOf = ({ texts }: PluginSamples): readonly (readonly [Where, Claim, string])[] =>
  (Object.entries(texts) as [Where, readonly (readonly [Claim, string])[]][]).flatMap(([where, list]) =>
    list.map(([claim, text]) => [where, claim, text] as const),
  );

const claimOf = (classification: Classification | undefined): string | undefined =>
  classification === undefined ? undefined : [classification.cause, classification.detail].filter((part) => part !== null).join('/');

test('the registry holds exactly the plugins of the folder', () => {
  const files = readdirSync(new URL('../../src/network/cni/plugins/', import.meta.url));
  const declarations = files.filter((file) => !file.endsWith('-signatures.ts')).map((file) => file.replace('.ts', ''));

  expect(plugins.map(({ id }) => id).toSorted()).toEqual(declarations.toSorted());
});

describe.each(declared)('$name', ({ signatures, falseFriends, samples, context }) => {
  const texts = textsOf(samples);

  it.skipIf(texts.length === 0).each(texts)('in %s: %s - %s', (where, claim, text) => {
    expect(claimOf(classify(text, { where, ...context }))).toBe(claim);
  });

  it.skipIf(texts.length === 0).each(texts)('without being told whose it is, in %s: %s - %s', (where, claim, text) => {
    expect(claimOf(classify(text, { where }))).toBe(claim);
  });

  it('every signature has a sample that only it decides', () => {
    const decided = new Set(texts.map(([where, , text]) => classify(text, { where, ...context })?.signature));

    expect(signatures.filter((signature) => !decided.has(signature)).map(({ pattern }) => pattern.source)).toEqual([]);
  });

  it.skipIf(samples.harmless.length === 0).each(samples.harmless)('harmless: %s', (text) => {
    for (const where of ['event', 'log', 'probe', 'condition'] as const) expect(classify(text, { where, ...context })).toBeUndefined();
  });

  it('every false friend has a sample', () => {
    const unseen = falseFriends.filter(({ pattern }) => !samples.harmless.some((text) => pattern.test(text.replace(/["`\\]/g, ''))));

    expect(unseen.map(({ pattern }) => pattern.source)).toEqual([]);
  });

  it('its causes and details are those of the catalogue', () => {
    for (const { cause, detail, alternatives } of signatures) {
      for (const claim of [{ cause, detail }, ...alternatives]) {
        expect(causeIds).toContain(claim.cause);
        const slugs: readonly string[] = claim.cause in details ? details[claim.cause as keyof typeof details] : [];
        expect([...slugs, null]).toContain(claim.detail);
      }
    }
  });

  it('every signature names its source, and is written for a text without quotes', () => {
    for (const { sourceNote, pattern, where } of signatures) {
      expect(sourceNote).toMatch(/^[\w.-]+\/[\w.-]+[:#]\S+$/);
      expect(pattern.source).not.toMatch(/["`]/);
      expect(where.length).toBeGreaterThan(0);
    }
  });
});

describe.each(plugins)('$id', (plugin) => {
  it.skipIf(samples[plugin.id].daemonSet === null)('is recognised by the DaemonSet of its own manifest', () => {
    const { daemonSet } = samples[plugin.id];

    expect(daemonSet === null ? null : pluginOfDaemonSet(daemonSet)?.id).toBe(plugin.id);
  });

  it('its type tokens lead back to it', () => {
    for (const type of plugin.recognition.types) expect(pluginOfType(type)?.id).toBe(plugin.id);
  });

  it('its kinds are kinds that may be read, its sources are named, and what it speaks is registered', () => {
    for (const kind of plugin.kinds) expect(Object.keys(kinds)).toContain(kind);
    for (const source of plugin.sources) expect(source).toMatch(/^[\w.-]+\/[\w.-]+:\S+$/);
    for (const id of plugin.speaks) expect(plugins.map((other) => other.id)).toContain(id);
    expect(plugin.sources.length).toBeGreaterThan(0);
  });
});
