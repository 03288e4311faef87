import type { FastifySchemaValidationError } from 'fastify/types/schema.js';

/** The first way in which a part of a request departs from its schema, as a sentence that says where. */
export function validationError(errors: readonly FastifySchemaValidationError[], part: string): Error {
  const [first] = errors;
  return new Error(first === undefined ? `the ${part} is malformed` : sentence(first, part));
}

function sentence({ instancePath, keyword, params, message }: FastifySchemaValidationError, part: string): string {
  const where = instancePath === '' ? `the ${partName(part)}` : shown(instancePath);
  switch (keyword) {
    case 'required':
      return `${instancePath === '' ? '' : `${where}.`}${text(params['missingProperty'])} is missing`;
    case 'additionalProperties':
      return `${where} has an unknown "${text(params['additionalProperty'])}"`;
    case 'enum':
      return `${where} must be one of ${(params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`;
    case 'pattern':
      return `${where} does not have the right form`;
    case 'format':
      return `${where} is not a ${text(params['format'])}`;
    case 'type':
      return `${where} must be ${article(text(params['type']))}`;
    default:
      return `${where} ${message ?? 'is malformed'}`;
  }
}

function partName(part: string): string {
  return part === 'querystring' ? 'query' : part;
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 100) : JSON.stringify(value);
}

/** `/alerts/3/labels/a~1b` as `alerts[3].labels["a/b"]`. */
function shown(pointer: string): string {
  const segments = pointer.split('/').slice(1);
  const path = segments.map((segment) => {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~').slice(0, 100);
    if (/^\d+$/.test(name)) return `[${name}]`;
    return /^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return path.join('').replace(/^\./, '');
}
