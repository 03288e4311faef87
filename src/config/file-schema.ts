import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';

const closed = { additionalProperties: false };

/** An object whose keys the user chooses. */
function mapOf<T extends TSchema>(values: T, description: string) {
  return Type.Unsafe<Readonly<Record<string, Static<T>>>>({ type: 'object', additionalProperties: values, description });
}

const slackRoute = Type.Object(
  {
    matchers: Type.Array(Type.String({ minLength: 1, examples: ['severity="critical"'] }), {
      minItems: 1,
      description: "Matchers in Alertmanager's syntax; all of them must hold",
      examples: [['severity="critical"', 'namespace=~"shop.*"']],
    }),
    channel: Type.String({ pattern: String.raw`^\S+$`, examples: ['#shop-oncall'], description: 'Name or id of the channel' }),
  },
  closed,
);

const otherCluster = Type.Object(
  {
    kubeconfig: Type.Optional(Type.String({ minLength: 1, examples: ['/etc/podnet-triage/prod-eu.kubeconfig'] })),
    context: Type.Optional(Type.String({ minLength: 1, examples: ['prod-eu'] })),
  },
  { ...closed, minProperties: 1, description: 'How to reach it; without kubeconfig the usual one', examples: [{ context: 'prod-eu' }] },
);

const runbookIds = Type.Array(Type.String({ minLength: 1, examples: ['PodIPConflict'] }), {
  minItems: 1,
  examples: [['PodIPConflict', 'PodIPNotReachable']],
});

/** What CONFIG_FILE may hold; every key is optional and no other key is taken. */
export const fileSchema = Type.Object(
  {
    slack: Type.Optional(
      Type.Object(
        { routes: Type.Optional(Type.Array(slackRoute, { description: 'The first route that matches decides; else SLACK_CHANNEL' })) },
        closed,
      ),
    ),
    clusters: Type.Optional(mapOf(otherCluster, 'Clusters by the value of the `cluster` label')),
    thresholds: Type.Optional(
      Type.Object(
        {
          incidentQuiet: Type.Optional(
            Type.String({ examples: ['15m'], description: 'An incident that returns within it is the same one' }),
          ),
          slackEditEvery: Type.Optional(Type.String({ examples: ['5s'], description: 'A message is edited at most once in so long' })),
          slackPostEvery: Type.Optional(Type.String({ examples: ['1200ms'], description: 'A channel gets at most one write in so long' })),
        },
        closed,
      ),
    ),
    runbooks: Type.Optional(mapOf(runbookIds, 'The runbooks of further alert names')),
  },
  closed,
);

export type ConfigFile = Static<typeof fileSchema>;
