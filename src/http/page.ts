const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

const style = `body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
input,button{font:inherit;padding:.4rem .6rem}
.wrong{color:#a40e26}
@media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}.wrong{color:#ff8182}}`;

/** A small page around HTML that is safe already; the title is escaped here. */
export function page(title: string, safeHtml: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)} - podnet-triage</title><link rel="icon" href="data:,"><style>${style}</style></head>
<body>
<h1>${escapeHtml(title)}</h1>
${safeHtml}
</body>
</html>
`;
}
