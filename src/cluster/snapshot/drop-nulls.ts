/**
 * Takes every null out of a parsed document, in place: in Kubernetes' JSON a field that is null says no more than one
 * that is absent, and lists hold no nulls (API conventions, "Optional vs. Required"). The lists of Calico's blocks stay
 * whole: a null in `allocations` is a free address, and its place in the list says which.
 */
export function dropNulls(document: unknown): void {
  const left: unknown[] = [document];
  while (left.length > 0) {
    const value = left.pop();
    if (Array.isArray(value)) {
      if (value.includes(null)) value.splice(0, value.length, ...value.filter((item) => item !== null));
      for (const item of value) if (typeof item === 'object') left.push(item);
    } else if (typeof value === 'object' && value !== null && !isCalicoBlock(value)) {
      const fields = value as Record<string, unknown>;
      for (const [key, field] of Object.entries(fields)) {
        if (field === null) delete fields[key];
        else if (typeof field === 'object') left.push(field);
      }
    }
  }
}

function isCalicoBlock(value: object): boolean {
  return 'kind' in value && value.kind === 'IPAMBlock';
}
