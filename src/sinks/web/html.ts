import { visibleText } from '../visible-text.ts';

/** HTML that is safe already. Made by `html` alone. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, nothing stays nothing, lists are joined. */
export type HtmlValue = string | number | Html | null | undefined | false | readonly HtmlValue[];

/** A template whose inserted texts are escaped, for use between tags and in quoted attributes. What cannot be seen in them is named. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.reduce((text, part, index) => text + written(values[index - 1]) + part));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function written(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(written).join('');
  return visibleText(String(value)).replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
