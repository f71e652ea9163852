/**
 * Index of labels for the question which of them is one edit away: an insertion, a deletion, a substitution or a swap of
 * neighbours (optimal string alignment). Each label stands under all its forms with one character left out, so that a
 * question costs the length of the label and not the size of the list.
 */
export function nearNames(labels: Iterable<string>): (label: string) => readonly string[] {
  const byForm = new Map<string, Set<string>>();
  for (const label of labels) {
    for (const form of formsOf(label)) byForm.set(form, (byForm.get(form) ?? new Set()).add(label));
  }
  return (label) => {
    const candidates = new Set([...formsOf(label)].flatMap((form) => [...(byForm.get(form) ?? [])]));
    return [...candidates].filter((one) => isOneEditAway(one, label)).sort();
  };
}

function formsOf(label: string): ReadonlySet<string> {
  const forms = new Set([label]);
  for (let index = 0; index < label.length; index += 1)
    forms.add(label.slice(0, index) + label.slice(index + 1));
  return forms;
}

/** Whether exactly one edit makes the one of the other. */
export function isOneEditAway(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const restA = a.slice(start);
  const restB = b.slice(start);
  if (a.length < b.length) return restA === restB.slice(1);
  if (a.length > b.length) return restA.slice(1) === restB;
  if (restA.slice(1) === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
