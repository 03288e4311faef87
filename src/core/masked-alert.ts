import type { Alert } from './alert.ts';
import { isSurelyClean, redact, redactObject } from './redact.ts';

/**
 * The alert as it may be stored and shown: what looks like a credential in its labels, annotations and URL is masked. Its identity
 * must be known by then: a fingerprint of masked labels would be another one.
 */
export function maskedAlert<A extends Alert>(alert: A): A {
  if (isSurelyClean(linesOf(alert))) return alert;
  const labels = redactObject(alert.labels);
  const annotations = redactObject(alert.annotations);
  const generatorUrl = redact(alert.generatorUrl);
  const isClean = labels === alert.labels && annotations === alert.annotations && generatorUrl === alert.generatorUrl;
  return isClean ? alert : { ...alert, labels, annotations, generatorUrl };
}

function linesOf({ labels, annotations, generatorUrl }: Alert): string {
  let lines = generatorUrl;
  for (const texts of [labels, annotations]) for (const name in texts) lines += `\n${name}\n${texts[name]}`;
  return lines;
}
