/**
 * Makes the items of a picture one stop of the Tab key, within which the arrow keys move (WAI-ARIA Authoring Practices,
 * "managing focus within components using a roving tabindex"). @param selector Of the items, in the order of the keys
 */
export function rove(container: HTMLElement, selector: string): void {
  const items = [...container.querySelectorAll<SVGElement>(selector)];
  for (const [index, item] of items.entries()) item.setAttribute('tabindex', index === 0 ? '0' : '-1');
  container.onkeydown = (event) => {
    const at = items.findIndex((item) => item.matches(':focus'));
    if (at === -1 || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = targetOf(event.key, at, items);
    if (to === null) return;
    event.preventDefault();
    items[at]?.setAttribute('tabindex', '-1');
    items[to]?.setAttribute('tabindex', '0');
    items[to]?.focus();
  };
}

function targetOf(key: string, at: number, items: readonly SVGElement[]): number | null {
  const last = items.length - 1;
  switch (key) {
    case 'ArrowRight':
      return Math.min(last, at + 1);
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'ArrowDown':
      return nextGroup(at, items, 1);
    case 'ArrowUp':
      return nextGroup(at, items, -1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

/** The first item, that way, of another parent, or the next where there is but one parent. */
function nextGroup(at: number, items: readonly SVGElement[], step: 1 | -1): number {
  const parent = items[at]?.parentNode;
  for (let index = at + step; index >= 0 && index < items.length; index += step)
    if (items[index]?.parentNode !== parent) return index;
  return Math.min(items.length - 1, Math.max(0, at + step));
}
