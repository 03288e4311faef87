/**
 * Writes deploy/prometheus/prometheusrule.yaml, the Prometheus Operator's resource, from deploy/prometheus/rules.yaml.
 * With `--check` it writes nothing and ends with status 1 when the two differ.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';

const source = new URL('../deploy/prometheus/rules.yaml', import.meta.url);
const target = new URL('../deploy/prometheus/prometheusrule.yaml', import.meta.url);

const header = `# Made from rules.yaml by \`npx node scripts/prometheus-rule.ts\`: change that file, then run it.
# The operator takes a PrometheusRule only with the labels that the Prometheus resource selects (spec.ruleSelector);
# kube-prometheus-stack selects \`release: <name of the Helm release>\`.
`;

/** The PrometheusRule resource with the groups of a rule file. */
export function prometheusRule(rules: string): string {
  const { groups } = parse(rules) as { groups: unknown };
  const resource = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'podnet-triage', labels: { 'app.kubernetes.io/name': 'podnet-triage', release: 'kube-prometheus-stack' } },
    spec: { groups },
  };
  return header + stringify(resource, { lineWidth: 0 });
}

if (import.meta.main) {
  const wanted = prometheusRule(await readFile(source, 'utf8'));
  if (!process.argv.includes('--check')) {
    await writeFile(target, wanted);
  } else if ((await readFile(target, 'utf8')) !== wanted) {
    console.error('deploy/prometheus/prometheusrule.yaml is not what rules.yaml gives: run npx node scripts/prometheus-rule.ts');
    process.exitCode = 1;
  }
}
