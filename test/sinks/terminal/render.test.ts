import { describe, expect, it } from 'vitest';
import { renderTerminal } from '../../../src/sinks/terminal/render.ts';
import { diagnosisOf, sampleDiagnoses } from '../../support/diagnoses.ts';

const text = renderTerminal(diagnosisOf(), { colour: 'none', width: 60 });

describe('a diagnosis on a terminal', () => {
  it('begins with the headline and its proof', () => {
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/^Pod CIDR 10\.244\.3\.0\/26 of node worker-3 has no free address ip-pool-exhausted/);
    expect(text.indexOf('Proof')).toBeLessThan(text.indexOf('Next actions'));
  });

  it('wraps prose to the width and leaves commands whole', () => {
    const long = text.split('\n').filter((line) => line.length > 60);

    expect(long.every((line) => /^ {5}kubectl /.test(line))).toBe(true);
    expect(text).toContain('     kubectl get pods -A -o wide --field-selector spec.nodeName=worker-3,status.phase=Running');
  });

  it('has no colours unless asked for', () => {
    const escape = String.fromCodePoint(0x1b);

    expect(text).not.toContain(escape);
    expect(renderTerminal(diagnosisOf(), { colour: 'ansi', width: 60 })).toContain(`${escape}[31m`);
  });

  it('without a cause says what was not checked and how to look at it', () => {
    const nothing = renderTerminal(sampleDiagnoses['nothing found'] ?? diagnosisOf(), { colour: 'none', width: 100 });

    expect(nothing).toMatch(/^No cause found/);
    expect(nothing).toContain('kubectl logs -n kube-system calico-node-x7k2p --previous');
    expect(nothing).not.toContain('Proof');
  });
});
