import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { setSecurityHeaders } from '../../src/http/security-headers.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import type { IncidentSummary } from '../../src/store/incident-store.ts';
import type { TriageRecord } from '../../src/store/triage-record.ts';
import type { TriageSummary } from '../../src/store/triage-store.ts';
import { pages } from '../../src/webhook/pages.ts';
import { isBrowserInstalled, openTab, startBrowser } from '../support/browser.ts';
import { lowestContrast } from '../support/contrast.ts';
import { alertOf, diagnosisOf, incidentOf, sampleDiagnoses } from '../support/diagnoses.ts';
import { triageRecordOf } from '../support/triage-records.ts';

let browser: Browser;
let app: FastifyInstance;
let origin: string;
let records: Map<string, TriageRecord>;
let incidents: Map<string, Incident>;
let filters: object[];

function summaryOf({ id, status, alert, queuedAt, diagnosis }: TriageRecord): TriageSummary {
  const { outcome = null, rootCause = null } = diagnosis ?? {};
  const { alertname, fingerprint, labels } = alert;
  const about = { namespace: labels['namespace'] ?? null, pod: labels['pod'] ?? null, node: null };
  const times = { queuedAt, startedAt: queuedAt, finishedAt: queuedAt };
  return { id, status, alertname, fingerprint, ...about, outcome, rootCause: rootCause?.id ?? null, ...times, incident: null };
}

function incidentSummaryOf(incident: Incident): IncidentSummary {
  return { ...incident, counts: { alerts: incident.alerts.length, firing: incident.alerts.length } };
}

function store(diagnosis: Diagnosis, given: Partial<TriageRecord> = {}): string {
  const record = triageRecordOf(diagnosis, given);
  records.set(record.id, record);
  return `${origin}/triages/${record.id}`;
}

describe.runIf(isBrowserInstalled)('in a browser', () => {
  beforeAll(async () => {
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    records = new Map();
    incidents = new Map();
    filters = [];
    app = Fastify();
    setSecurityHeaders(app);
    pages(app, {
      publicUrl: 'http://localhost',
      guard: async () => undefined,
      triages: {
        get: async (id) => records.get(id) ?? null,
        list: async (filter) => {
          filters.push(filter);
          return { items: [...records.values()].map(summaryOf), next: null };
        },
      },
      incidents: {
        get: async (id) => incidents.get(id) ?? null,
        list: async () => ({ items: [...incidents.values()].map(incidentSummaryOf), next: null }),
      },
    });
    origin = await app.listen({ host: '127.0.0.1', port: 0 });
  });

  afterEach(async () => {
    await app.close();
  });

  describe("a triage's page", () => {
    it('shows headline, proof and the first command without scrolling on a laptop', async () => {
      const { page, misdeeds } = await openTab(browser, origin, { viewport: { width: 1280, height: 720 } });

      await page.goto(store(diagnosisOf()));

      expect(await page.locator('h1').textContent()).toContain('has no free address');
      for (const part of ['.proof .lead', '.proof pre >> nth=0', 'pre.command >> nth=0']) {
        const box = await page.locator(part).boundingBox();
        expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(720);
      }
      expect(misdeeds).toEqual([]);
    });

    it('leads from a claim to its evidence', async () => {
      const { page } = await openTab(browser, origin);
      await page.goto(store(diagnosisOf()));

      await page.locator('.proof a', { hasText: 'e2' }).click();

      expect(await page.locator('article:target').textContent()).toContain('10.244.3.0/26');
    });

    it('selects a whole command at one click', async () => {
      const { page } = await openTab(browser, origin);
      await page.goto(store(diagnosisOf()));

      await page.locator('pre.command').nth(1).click();

      expect(await page.evaluate('String(getSelection())')).toBe('kubectl cordon worker-3');
    });

    it.each([320, 390, 1280])('fits a window of %i pixels whatever stands in it', async (width) => {
      const { page } = await openTab(browser, origin, { viewport: { width, height: 800 } });

      for (const [index, diagnosis] of Object.values(sampleDiagnoses).entries()) {
        await page.goto(store(diagnosis, { id: `t-${index}` }));
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      }
    });

    it('lets nothing of the cluster act', async () => {
      const { page, misdeeds } = await openTab(browser, origin);

      await page.goto(store(sampleDiagnoses['hostile text everywhere'] as Diagnosis));

      expect(await page.locator('script, img, iframe, [onmouseover]').count()).toBe(0);
      expect(await page.locator('h1').textContent()).toContain('<script>alert(1)</script>');
      expect(await page.locator('a[href*="evil"]').count()).toBe(0);
      expect(misdeeds).toEqual([]);
    });

    it('loads itself anew until the triage is done', async () => {
      const { page } = await openTab(browser, origin);
      const diagnosis = diagnosisOf();
      await page.goto(store(diagnosis, { status: 'running', diagnosis: null }));
      expect(await page.locator('h1').textContent()).toContain('being triaged');

      store(diagnosis);
      await page.locator('.proof').waitFor({ timeout: 10_000 });

      expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(0);
    });

    it.each(['light', 'dark'] as const)('has enough contrast in %s colours', async (colorScheme) => {
      const { page } = await openTab(browser, origin, { colorScheme });
      await page.goto(store(diagnosisOf()));

      expect(await page.evaluate(lowestContrast)).toBeGreaterThanOrEqual(4.5);
    });

    it('can be read without a pointer: one main landmark, headings in order, heads in tables', async () => {
      const { page } = await openTab(browser, origin);
      await page.goto(store(diagnosisOf()));

      expect(await page.locator('main').count()).toBe(1);
      expect(await page.locator('h1').count()).toBe(1);
      const levels: number[] = await page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => Number(tagName[1]))");
      expect(levels.every((level, index) => index === 0 || level - (levels[index - 1] ?? 0) <= 1)).toBe(true);
      expect(await page.locator('table').count()).toBe(await page.locator('table:has(th[scope=col])').count());
    });
  });

  describe("an incident's page", () => {
    it('shows the diagnosis that speaks for it and leads to each triage', async () => {
      const diagnosis = diagnosisOf();
      store(diagnosis);
      incidents.set('inc-1', incidentOf(diagnosis, { alerts: [alertOf(0), alertOf(1, { triage: diagnosis.id })] }));
      const { page, misdeeds } = await openTab(browser, origin);

      await page.goto(`${origin}/incidents/inc-1`);
      expect(await page.locator('.proof').textContent()).toContain('61 live pods');
      await page.locator('table a', { hasText: 'Triage' }).nth(1).click();

      expect(await page.locator('.site code').textContent()).toBe(diagnosis.id);
      expect(misdeeds).toEqual([]);
    });
  });

  describe('the start page', () => {
    it('shows the triages while the filter is folded', async () => {
      store(diagnosisOf());
      const { page } = await openTab(browser, origin);

      await page.goto(origin);

      expect(await page.locator('form.filter').isVisible()).toBe(false);
      expect(await page.locator('a', { hasText: 'Kube' }).first().isVisible()).toBe(true);
    });

    it('leads to incidents and filters triages', async () => {
      const diagnosis = diagnosisOf();
      store(diagnosis);
      incidents.set('inc-1', incidentOf(diagnosis));
      const { page, misdeeds } = await openTab(browser, origin);
      await page.goto(origin);
      expect(await page.locator('h1').textContent()).toBe('1 open incident');

      await page.locator('summary', { hasText: 'Filter' }).click();
      await page.locator('input[name=namespace]').fill('shop');
      await page.locator('select[name=status]').selectOption('done');
      await page.locator('form button').click();
      await page.waitForURL(/namespace=shop/);

      expect(filters.at(-1)).toEqual({ namespace: 'shop', status: 'done' });
      expect(await page.locator('input[name=namespace]').inputValue()).toBe('shop');
      await page.locator('a', { hasText: 'has no free address' }).click();
      expect(page.url()).toBe(`${origin}/incidents/inc-1`);
      expect(misdeeds).toEqual([]);
    });
  });
});
