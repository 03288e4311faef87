import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Mistakes } from './mistakes.ts';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly examples?: readonly unknown[];
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/**
 * Notes each place where a value departs from its schema: the path, what was wrong, and the schema's example.
 * Returns the value's keys under which there was a mistake.
 */
export function noteSchemaMistakes(schema: TSchema, value: unknown, to: { file: string; mistakes: Mistakes }): ReadonlySet<string> {
  const wrong = new Set<string>();
  for (const error of Compile(schema).Errors(value) as SchemaError[]) {
    const path = segments(error.instancePath);
    if (repeatsAnother(error, nodeAt(schema, path))) continue;
    wrong.add(path[0] ?? names(error.params['additionalProperties'])[0] ?? '');
    for (const { at, problem } of told(error, nodeAt(schema, path))) {
      const full = [...path, ...at];
      const example = nodeAt(schema, full)?.examples?.[0];
      to.mistakes.add(`${to.file}: ${shownPath(full)}`, problem, example === undefined ? undefined : JSON.stringify(example));
    }
  }
  return wrong;
}

/** An unknown key is told by its parent, a wrong value under a key of the user's by the value itself. */
function repeatsAnother({ keyword }: SchemaError, node: SchemaNode | undefined): boolean {
  return keyword === 'boolean' || (keyword === 'additionalProperties' && typeof node?.additionalProperties === 'object');
}

function told(error: SchemaError, node: SchemaNode | undefined): readonly { at: readonly string[]; problem: string }[] {
  switch (error.keyword) {
    case 'additionalProperties':
      return names(error.params['additionalProperties']).map((name) => ({ at: [name], problem: unknownKey(node) }));
    case 'required':
      return names(error.params['requiredProperties']).map((name) => ({ at: [name], problem: 'is missing' }));
    case 'minItems':
    case 'minProperties':
    case 'minLength':
      return [{ at: [], problem: 'must not be empty' }];
    case 'pattern':
      return [{ at: [], problem: 'does not have the right form' }];
    default:
      return [{ at: [], problem: error.message }];
  }
}

function unknownKey(node: SchemaNode | undefined): string {
  return `unknown key; known here: ${Object.keys(node?.properties ?? {}).join(', ')}`;
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function segments(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function nodeAt(schema: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((node, segment) => {
    if (node?.items !== undefined) return node.items;
    if (node?.properties !== undefined && Object.hasOwn(node.properties, segment)) return node.properties[segment];
    return typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined;
  }, schema);
}

/** `slack.routes[0].channel`; keys that are not plain words stand in quotes. */
function shownPath(path: readonly string[]): string {
  if (path.length === 0) return '(the whole file)';
  const text = path.map((segment) => {
    if (/^\d+$/.test(segment)) return `[${segment}]`;
    return /^[\w-]+$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
  });
  return text.join('').replace(/^\./, '');
}
