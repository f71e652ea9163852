import { h } from '../markup.js';
import { numberText } from '../number-text.js';
import { htmlElement } from './dom.js';

interface PagerState {
  readonly first: number;
  readonly shown: number;
  readonly all: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Buttons that turn pages. @param turn Is given what makes the next page's number of the present and the last one's */
export function createPager(turn: (move: (page: number, last: number) => number) => void) {
  const element = htmlElement(
    h('div', { class: 'pager', role: 'group', 'aria-label': 'Pages' }),
    HTMLDivElement,
  );
  const button = (label: string, move: (page: number, last: number) => number): HTMLButtonElement => {
    const made = htmlElement(h('button', { type: 'button', class: 'page-turner' }, label), HTMLButtonElement);
    made.addEventListener('click', () => turn(move));
    return made;
  };
  const back = [button('First', () => 0), button('Previous', (page) => page - 1)];
  const forth = [button('Next', (page) => page + 1), button('Last', (_, last) => last)];
  const where = htmlElement(h('span', { class: 'page-place' }), HTMLSpanElement);
  element.append(...back, where, ...forth);
  return {
    element,
    tell: ({ first, shown, all, isFirst, isLast }: PagerState): void => {
      element.hidden = shown === all;
      where.textContent = `${numberText(first + 1)}–${numberText(first + shown)} of ${numberText(all)}`;
      // A disabled button would lose the focus of whoever has just pressed it.
      for (const one of back) one.setAttribute('aria-disabled', String(isFirst));
      for (const one of forth) one.setAttribute('aria-disabled', String(isLast));
    },
  };
}
