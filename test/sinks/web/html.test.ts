import { describe, expect, it } from 'vitest';
import { html } from '../../../src/sinks/web/html.ts';
import { renderTriagePage } from '../../../src/sinks/web/triage-page.ts';
import { diagnosisOf } from '../../support/diagnoses.ts';
import { triageRecordOf } from '../../support/triage-records.ts';

describe('the html template', () => {
  it('escapes text between tags and in attributes', () => {
    expect(html`<a title="${'"><script>'}">${"<&'"}</a>`.text).toBe('<a title="&quot;&gt;&lt;script&gt;">&lt;&amp;&#39;</a>');
  });

  it('leaves its own parts alone, joins lists and omits nothing-values', () => {
    expect(html`<b>${['a', 'b'].map((one) => html`<i>${one}</i>`)}${null}${undefined}${false}${0}</b>`.text).toBe(
      '<b><i>a</i><i>b</i>0</b>',
    );
  });

  it('names what cannot be seen', () => {
    expect(html`${'a\u202Eb'}`.text).toBe('a⟨U+202E⟩b');
  });
});

describe('a page', () => {
  it('links below the path of the public URL', () => {
    const page = renderTriagePage(triageRecordOf(diagnosisOf()), { publicUrl: 'https://ops.example.com/triage/' });

    expect(page).toContain('href="/triage/incidents/inc-1"');
    expect(page).toContain('href="/triage/api/v1/triages/');
  });

  it('of a failed triage says that this clears nothing', () => {
    const record = triageRecordOf(diagnosisOf(), { status: 'failed', diagnosis: null, error: 'the API server did not answer' });
    const page = renderTriagePage(record, { publicUrl: 'http://localhost:8080' });

    expect(page).toContain('the API server did not answer');
    expect(page).toContain('neither that it is fine nor that it is broken');
  });
});
