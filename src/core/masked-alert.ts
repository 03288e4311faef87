import type { Alert } from './alert.ts';
import { cutText } from './evidence.ts';
import { isSurelyClean, redact, redactObject } from './redact.ts';

/** An alert whose texts have so many characters in all is stored as it came; those of kube-prometheus have some 1,000. */
const usualCharacters = 16_000;
const mostOfOne = 4_000;
const mostOfAll = 64_000;

/**
 * The alert as it may be stored and shown: what looks like a credential in its labels, annotations and URL is masked, and annotations that
 * are too long for a storm of them are cut. Its identity must be known by then: a fingerprint of masked labels would be another one.
 */
export function maskedAlert<A extends Alert>(alert: A): A {
  const lines = linesOf(alert);
  const masked = isSurelyClean(lines) ? alert : withoutCredentials(alert);
  // Masked before: half a credential looks like none.
  return lines.length <= usualCharacters ? masked : { ...masked, annotations: cutAnnotations(masked.annotations) };
}

function withoutCredentials<A extends Alert>(alert: A): A {
  const labels = redactObject(alert.labels);
  const annotations = redactObject(alert.annotations);
  const generatorUrl = redact(alert.generatorUrl);
  const isClean = labels === alert.labels && annotations === alert.annotations && generatorUrl === alert.generatorUrl;
  return isClean ? alert : { ...alert, labels, annotations, generatorUrl };
}

function cutAnnotations(annotations: Alert['annotations']): Alert['annotations'] {
  let left = mostOfAll;
  const entries = Object.entries(annotations).map(([name, text]) => {
    const most = Math.min(mostOfOne, left);
    left -= Math.min(most, text.length);
    return [name, cutText(text, most)] as const;
  });
  return Object.fromEntries(entries);
}

function linesOf({ labels, annotations, generatorUrl }: Alert): string {
  let lines = generatorUrl;
  for (const texts of [labels, annotations]) for (const name in texts) lines += `\n${name}\n${texts[name]}`;
  return lines;
}
