import { SelectorError } from './selector-error.ts';

type Labels = Readonly<Record<string, string | undefined>>;
type Matcher = (labels: Labels) => boolean;

const key = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/;
const value = /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/;

const setBased = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const compared = /^([^\s=!<>]+)\s*(==|!=|=|<|>)\s*([^\s=!<>]*)$/;
const exists = /^(!?)\s*([^\s=!<>()]+)$/;

/**
 * The matcher of a Kubernetes label selector: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`,
 * `a<1`, joined by commas. Throws a SelectorError where the API server would answer 400
 * (k8s.io/apimachinery/pkg/labels/selector.go).
 */
export function parseLabelSelector(selector: string): Matcher {
  const requirements = splitOutsideParentheses(selector).map((term) => requirement(term.trim(), selector));
  return (labels) => requirements.every((holds) => holds(labels));
}

function splitOutsideParentheses(selector: string): readonly string[] {
  return selector.trim() === '' ? [] : selector.split(/,(?![^(]*\))/);
}

function requirement(term: string, selector: string): Matcher {
  const inSet = setBased.exec(term);
  if (inSet !== null) return ofSet(inSet, selector);
  const comparison = compared.exec(term);
  if (comparison !== null) return ofComparison(comparison, selector);
  const presence = exists.exec(term);
  if (presence === null) throw new SelectorError(`unable to parse requirement: ${JSON.stringify(term)} in label selector ${selector}`);
  const name = checkedKey(presence[2], selector);
  return presence[1] === '!' ? (labels) => labels[name] === undefined : (labels) => labels[name] !== undefined;
}

function ofSet([, name, operator, list]: RegExpExecArray, selector: string): Matcher {
  const known = checkedKey(name, selector);
  const values = new Set((list ?? '').split(',').map((one) => checkedValue(one.trim(), selector)));
  return operator === 'in'
    ? (labels) => labels[known] !== undefined && values.has(labels[known])
    : (labels) => labels[known] === undefined || !values.has(labels[known]);
}

function ofComparison([, name, operator, wanted = '']: RegExpExecArray, selector: string): Matcher {
  const known = checkedKey(name, selector);
  if (operator === '<' || operator === '>') return ofOrder(known, operator, wanted);
  checkedValue(wanted, selector);
  // A label that is missing differs from every value.
  return operator === '!=' ? (labels) => labels[known] !== wanted : (labels) => labels[known] === wanted;
}

function ofOrder(name: string, operator: '<' | '>', wanted: string): Matcher {
  if (!/^-?\d+$/.test(wanted)) throw new SelectorError(`for 'Gt', 'Lt' operators, the value must be an integer, not ${wanted}`);
  return (labels) => {
    const actual = labels[name];
    if (actual === undefined || !/^-?\d+$/.test(actual)) return false;
    return operator === '<' ? Number(actual) < Number(wanted) : Number(actual) > Number(wanted);
  };
}

function checkedKey(name: string | undefined, selector: string): string {
  if (name === undefined || !key.test(name)) {
    throw new SelectorError(`unable to parse requirement: ${JSON.stringify(name)} is not a label key, in label selector ${selector}`);
  }
  return name;
}

function checkedValue(one: string, selector: string): string {
  if (!value.test(one)) {
    throw new SelectorError(`unable to parse requirement: ${JSON.stringify(one)} is not a label value, in label selector ${selector}`);
  }
  return one;
}
