import { h } from '../markup.js';
import { htmlElement } from './dom.js';
import { rove } from './rove.js';

/** Makes the time line's marks reachable by key, and says beside the pointer's or the focus's mark what it is. */
export function mountLanes(place: HTMLElement): void {
  // A screen reader has the mark's own name already.
  const caption = htmlElement(h('p', { class: 'mark-text', 'aria-hidden': 'true' }), HTMLParagraphElement);
  const rest = 'Point at a mark, or go there with the arrow keys, to read what it is.';
  caption.textContent = rest;
  place.before(caption);
  rove(place, '.mark');
  const tell = ({ target }: Event): void => {
    const mark = target instanceof Element ? target.closest('.mark') : null;
    caption.textContent = mark?.getAttribute('aria-label') ?? rest;
  };
  place.addEventListener('focusin', tell);
  place.addEventListener('pointerover', tell);
}
