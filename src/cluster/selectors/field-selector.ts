import { kinds } from '../kinds.ts';
import type { AnyObject, Kind } from '../kinds.ts';
import { selectableFields } from './selectable-fields.ts';
import { SelectorError } from './selector-error.ts';

const term = /^((?:[^=!\\]|\\.)*?)(==|!=|=)(.*)$/s;

/**
 * The matcher of a Kubernetes field selector for a kind: `a=b`, `a==b`, `a!=b`, joined by commas. Throws a
 * SelectorError, with the server's words, for a field that the kind does not support
 * (k8s.io/apimachinery/pkg/fields/selector.go).
 */
export function parseFieldSelector(kind: Kind, selector: string): (object: AnyObject) => boolean {
  const fields = selectableFields(kind);
  const requirements = terms(selector).map((text) => {
    const [, path = '', operator, escaped = ''] =
      term.exec(text) ?? refuse(kind, selector, `invalid selector: '${selector}'; can't understand '${text}'`);
    const read = Object.hasOwn(fields, path) ? fields[path] : undefined;
    if (read === undefined) return refuse(kind, selector, `field label not supported: ${path}`);
    const wanted = escaped.replaceAll(/\\(.)/gs, '$1');
    return (object: AnyObject): boolean => (read(object) === wanted) === (operator !== '!=');
  });
  return (object) => requirements.every((holds) => holds(object));
}

function terms(selector: string): readonly string[] {
  return (selector.match(/(?:[^,\\]|\\.)+/gs) ?? []).filter((text) => text !== '');
}

function refuse(kind: Kind, selector: string, why: string): never {
  const { group, versions, plural } = kinds[kind];
  throw new SelectorError(
    `Unable to find "${group}/${versions[0]}, Resource=${plural}" that match label selector "", field selector "${selector}": ${why}`,
  );
}
