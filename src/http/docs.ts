import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** `GET /docs` and `/docs/json`: the routes that are added afterwards, as OpenAPI. */
export async function serveDocs(app: FastifyInstance, about: { publicUrl: string; version: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'podnet-triage',
        version: about.version,
        description: 'Takes pod-network alerts and answers with their root cause and its proof.',
      },
      servers: [{ url: about.publicUrl }],
      tags: [
        { name: 'alerts', description: 'What Alertmanager sends' },
        { name: 'triages', description: 'Triages and their diagnoses' },
        { name: 'incidents', description: 'Alerts that share one root cause' },
        { name: 'operation', description: 'For probes and Prometheus' },
      ],
      components: {
        securitySchemes: {
          apiToken: { type: 'http', scheme: 'bearer', description: 'API_TOKEN' },
          webhookToken: {
            type: 'http',
            scheme: 'bearer',
            description: 'WEBHOOK_TOKEN; basic authentication with it as password works too',
          },
        },
      },
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', indexPrefix: '' });
}
