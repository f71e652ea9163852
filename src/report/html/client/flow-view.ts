import { flowsOf, MEASURES, type Measure } from '../flows.js';
import { h } from '../markup.js';
import type { PageData } from '../page-data.js';
import { flowTable, sankey } from '../sankey.js';
import { htmlElement, toDom } from './dom.js';
import { rove } from './rove.js';

/** A picture that is narrower can't be read, and is scrolled instead. */
const NARROWEST = 280;

const WORDS: Readonly<Record<Measure, string>> = { connections: 'By connections', bytes: 'By bytes' };

/** Fits the picture to the screen's width, and adds the choice of what widths stand for. */
export function mountFlow(data: PageData, place: HTMLElement): void {
  const choice = htmlElement(
    h(
      'fieldset',
      { class: 'choice' },
      h('legend', { class: 'unseen' }, 'Widths of the bands'),
      MEASURES.map((measure, index) => [
        h('input', {
          type: 'radio',
          name: 'measure',
          id: `measure-${measure}`,
          value: measure,
          autocomplete: 'off',
          ...(index === 0 ? { checked: true } : {}),
        }),
        h('label', { for: `measure-${measure}` }, WORDS[measure]),
      ]),
    ),
    HTMLFieldSetElement,
  );
  const picture = htmlElement(
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Flow picture' }),
    HTMLDivElement,
  );
  const figures = htmlElement(
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Flows as a table' }),
    HTMLDivElement,
  );
  const alternative = htmlElement(
    h('details', {}, h('summary', {}, 'The same as a table')),
    HTMLDetailsElement,
  );
  alternative.append(figures);

  let measure: Measure = 'connections';
  let width = 0;
  const draw = (): void => {
    const flows = flowsOf(data, measure);
    picture.replaceChildren(toDom(sankey(flows, measure, width)));
    figures.replaceChildren(toDom(flowTable(flows)));
    rove(picture, 'a');
  };
  choice.addEventListener('change', () => {
    measure =
      choice.querySelector<HTMLInputElement>('input:checked')?.value === 'bytes' ? 'bytes' : 'connections';
    draw();
  });
  place.replaceChildren(choice, picture, alternative);
  new ResizeObserver(() => {
    const room = Math.max(NARROWEST, Math.floor(picture.clientWidth));
    if (room === width) return;
    width = room;
    draw();
  }).observe(picture);
}
