import { describe, expect, it } from 'vitest';
import { inlineCode, prose } from '../../../src/sinks/markdown/prose.ts';
import { renderMarkdown } from '../../../src/sinks/markdown/render.ts';
import { diagnosisOf } from '../../support/diagnoses.ts';

describe('a diagnosis as Markdown', () => {
  it('begins with the headline and has the commands as code', () => {
    const text = renderMarkdown(diagnosisOf());

    expect(text).toMatch(/^## Pod CIDR 10\.244\.3\.0\/26 of node worker-3 has no free address\n/);
    expect(text).toContain('  ```text\n  kubectl cordon worker-3\n  ```');
  });

  it.each([
    ['see #12 @maria', 'see `#12` `@maria`'],
    ['![x](http://evil)', '`![x](http://evil)`'],
    ['1. one', '`1.` one'],
    ['tick ` here', 'tick `` ` `` here'],
    ['worker-3 has 10.0.0.1', 'worker-3 has 10.0.0.1'],
  ])('writes %j as %j', (text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  it('sets code between more backticks than it holds', () => {
    expect(inlineCode('a `` b')).toBe('```a `` b```');
  });
});
