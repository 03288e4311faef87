/** What Slack's Block Kit reference allows, as far as our messages could break it. Returns the errors; none for good blocks. */
export function blockErrors(blocks: unknown): string[] {
  if (!Array.isArray(blocks)) return ['blocks: not an array'];
  const errors = blocks.flatMap((block, index) => errorsOfBlock(block as Json, `/blocks/${index}`));
  return blocks.length > 50 ? ['no more than 50 items allowed [json-pointer:/blocks]', ...errors] : errors;
}

/** Characters of all texts in the blocks: over about 13,200 Slack answers msg_blocks_too_long. */
export function charactersOf(blocks: unknown): number {
  return textsOf(blocks).reduce((sum, text) => sum + text.length, 0);
}

/** Every text that people see, wherever it stands in the blocks. */
export function textsOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsOf);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === 'text' && typeof value === 'string' ? [value] : textsOf(value)));
}

/** Mentions and links as Slack's markup writes them: `<!channel>`, `<@U1>`, `<#C1>`, `<https://…>`. */
export function markupIn(text: string): string[] {
  return text.match(/<[^>]*>/g) ?? [];
}

interface Json {
  readonly [key: string]: unknown;
}

function errorsOfBlock(block: Json, at: string): string[] {
  const id = typeof block['block_id'] === 'string' && block['block_id'].length > 255 ? [`${at}: block_id too long`] : [];
  switch (block['type']) {
    case 'section':
      return [...id, ...sectionErrors(block, at)];
    case 'context':
      return [
        ...id,
        ...countErrors(block['elements'], 10, at),
        ...each(block['elements'], at, (one, place) => textErrors(one, 3000, place)),
      ];
    case 'actions':
      return [...id, ...countErrors(block['elements'], 25, at), ...each(block['elements'], at, buttonErrors)];
    case 'header':
      return [
        ...id,
        ...textErrors(block['text'], 150, at),
        ...((block['text'] as Json)?.['type'] === 'plain_text' ? [] : [`${at}: plain_text only`]),
      ];
    case 'divider':
      return id;
    default:
      return [`${at}: unsupported type ${String(block['type'])}`];
  }
}

function sectionErrors(block: Json, at: string): string[] {
  if (block['text'] === undefined && block['fields'] === undefined) return [`${at}: text or fields needed`];
  const text = block['text'] === undefined ? [] : textErrors(block['text'], 3000, `${at}/text`);
  const fields = block['fields'] === undefined ? [] : countErrors(block['fields'], 10, at);
  return [...text, ...fields, ...each(block['fields'] ?? [], at, (one, place) => textErrors(one, 2000, place))];
}

function buttonErrors(button: Json, at: string): string[] {
  if (button['type'] !== 'button') return [`${at}: unsupported element`];
  const value = button['value'];
  const url = button['url'];
  return [
    ...textErrors(button['text'], 75, `${at}/text`),
    ...((button['text'] as Json)?.['type'] === 'plain_text' ? [] : [`${at}: plain_text only`]),
    ...(typeof button['action_id'] === 'string' && button['action_id'].length <= 255 ? [] : [`${at}: action_id`]),
    ...(value === undefined || (typeof value === 'string' && value.length <= 2000) ? [] : [`${at}: value`]),
    ...(url === undefined || (typeof url === 'string' && url.length <= 3000 && /^https?:\/\//.test(url)) ? [] : [`${at}: url`]),
  ];
}

function textErrors(text: unknown, limit: number, at: string): string[] {
  if (typeof text !== 'object' || text === null) return [`${at}: a text object is needed`];
  const { type, text: words, verbatim, emoji } = text as Json;
  if (type !== 'mrkdwn' && type !== 'plain_text') return [`${at}: unknown text type`];
  if (typeof words !== 'string' || words.length === 0) return [`${at}: must be more than 0 characters`];
  if (words.length > limit) return [`${at}: must be less than ${limit + 1} characters`];
  if (type === 'plain_text' && verbatim !== undefined) return [`${at}: verbatim is for mrkdwn`];
  return type === 'mrkdwn' && emoji !== undefined ? [`${at}: emoji is for plain_text`] : [];
}

function countErrors(elements: unknown, most: number, at: string): string[] {
  if (!Array.isArray(elements) || elements.length === 0) return [`${at}: elements needed`];
  return elements.length > most ? [`${at}: no more than ${most} items allowed`] : [];
}

function each(elements: unknown, at: string, errorsOf: (one: Json, at: string) => string[]): string[] {
  return Array.isArray(elements) ? elements.flatMap((one, index) => errorsOf(one as Json, `${at}/elements/${index}`)) : [];
}
