import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { style } from './style.ts';

export interface PageOptions {
  /** PUBLIC_URL: its path, if it has one, comes before every link. */
  readonly publicUrl: string;
}

export interface PageContent {
  readonly title: string;
  /** Where the page stands, e.g. the cluster and alert; shown beside the product's name. */
  readonly place?: string;
  readonly main: HtmlValue;
  readonly footer?: HtmlValue;
  /** Loads the page anew after so many seconds. */
  readonly refreshSeconds?: number;
}

/** A whole page: no script, nothing from elsewhere. */
export function layout({ title, place, main, footer, refreshSeconds }: PageContent, options: PageOptions): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${refreshSeconds === undefined ? null : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        <title>${title} · podnet-triage</title>
        <link rel="icon" href="data:," />
        <style>
          ${style}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="site">
          <a href="${path(options, '/')}"><strong>podnet-triage</strong></a
          ><span>${place}</span>
        </header>
        <main id="main">${main}</main>
        <footer class="site">${footer}</footer>
      </body>
    </html> `.text;
}

/** A path on this site, below the path of the public URL. */
export function path({ publicUrl }: PageOptions, local: string): string {
  const base = URL.canParse(publicUrl) ? new URL(publicUrl).pathname.replace(/\/+$/, '') : '';
  return `${base}${local}`;
}

/** A section with its heading; nothing where there is no content. */
export function section(title: string, content: HtmlValue): Html | null {
  if (content === null || content === undefined || content === false) return null;
  const id = title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section>`;
}
