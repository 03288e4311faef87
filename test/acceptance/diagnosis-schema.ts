import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

const text = Type.String();
const said = Type.String({ minLength: 1 });
const line = Type.String({ minLength: 1, pattern: '^[^\\r\\n]*$' });
const orNull = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);
const time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$' });
const count = Type.Integer({ minimum: 0 });
const list = (schema: TSchema): TSchema => Type.Array(schema);
const texts = Type.Record(text, text);
const oneOf = (...values: readonly string[]): TSchema => Type.Union(values.map((value) => Type.Literal(value)));
const exactly = (properties: Record<string, TSchema>): TSchema => Type.Object(properties, { additionalProperties: false });

const runbook = oneOf('PodIPConflict', 'PodIPNotReachable');
const ids = list(Type.String({ pattern: '^e\\d+$' }));
const subject = exactly({ kind: said, namespace: orNull(said), name: orNull(said) });
const cause = exactly({
  id: said,
  detail: orNull(Type.String({ pattern: '^[a-z0-9-]+$' })),
  title: line,
  confidence: oneOf('certain', 'likely', 'possible'),
  subject,
  summary: line,
  evidence: ids,
});
const numbered = { runbook, number: Type.Integer({ minimum: 1, maximum: 7 }), title: said, why: text, evidence: ids };

/** `podnet-triage/diagnosis/v1`, to the letter: every field there, and none besides. */
const diagnosis = Compile(
  exactly({
    schema: Type.Literal('podnet-triage/diagnosis/v1'),
    id: said,
    startedAt: time,
    durationMs: count,
    alert: exactly({
      alertname: said,
      fingerprint: orNull(said),
      status: oneOf('firing', 'resolved'),
      startsAt: orNull(time),
      labels: texts,
      annotations: texts,
    }),
    target: exactly({
      kind: oneOf('pod', 'node', 'namespace', 'cluster'),
      cluster: orNull(said),
      namespace: orNull(said),
      name: orNull(said),
      node: orNull(said),
    }),
    outcome: oneOf('root-cause', 'inconclusive', 'recovered', 'target-gone'),
    headline: Type.String({ minLength: 1, maxLength: 300, pattern: '^[^\\r\\n]*$' }),
    runbook: orNull(runbook),
    rootCause: orNull(cause),
    alternatives: list(cause),
    symptoms: list(cause),
    steps: list(exactly({ ...numbered, status: oneOf('done', 'partial', 'skipped', 'failed'), durationMs: count })),
    rules: list(exactly({ ...numbered, verdict: oneOf('matched', 'ruled-out', 'unknown') })),
    evidence: list(
      exactly({
        id: Type.String({ pattern: '^e\\d+$' }),
        source: exactly({
          kind: said,
          namespace: orNull(said),
          name: orNull(said),
          container: orNull(said),
          field: orNull(said),
        }),
        at: orNull(time),
        text,
      }),
    ),
    timeline: list(exactly({ at: time, what: said, evidence: Type.String({ pattern: '^e\\d+$' }) })),
    impact: exactly({ pods: count, nodes: count, namespaces: list(said), services: list(Type.String({ pattern: '^[^/]+/[^/]+$' })) }),
    nextActions: list(exactly({ title: said, command: said, risk: oneOf('read-only', 'disruptive') })),
    unchecked: list(exactly({ what: said, why: said, command: said })),
  }),
);

/** Where a value departs from the schema of a diagnosis: path and reason. */
export function schemaFaults(value: unknown): readonly string[] {
  // As it is sent: what is undefined is not there.
  const sent: unknown = JSON.parse(JSON.stringify(value));
  return [...diagnosis.Errors(sent)].map(({ instancePath, message }) => `${instancePath || 'the diagnosis'}: ${message}`);
}
