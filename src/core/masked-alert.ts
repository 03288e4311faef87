import type { Alert } from './alert.ts';
import { redact, redactObject } from './redact.ts';

/**
 * The alert as it may be stored and shown: what looks like a credential in its labels, annotations and URL is masked. Its identity
 * must be known by then: a fingerprint of masked labels would be another one.
 */
export function maskedAlert<A extends Alert>(alert: A): A {
  const labels = redactObject(alert.labels);
  const annotations = redactObject(alert.annotations);
  const generatorUrl = redact(alert.generatorUrl);
  const isClean = labels === alert.labels && annotations === alert.annotations && generatorUrl === alert.generatorUrl;
  return isClean ? alert : { ...alert, labels, annotations, generatorUrl };
}
