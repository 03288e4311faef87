import { html } from '../sinks/web/html.ts';
import type { HtmlValue } from '../sinks/web/html.ts';

const style = `body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
input,button{font:inherit;padding:.4rem .6rem}
.wrong{color:#a40e26}
@media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}.wrong{color:#ff8182}}`;

/** A small page for what stands before the others: the login, and errors. */
export function page(title: string, content: HtmlValue): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} · podnet-triage</title>
        <link rel="icon" href="data:," />
        <style>
          ${style}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${content}
      </body>
    </html> `.text;
}
