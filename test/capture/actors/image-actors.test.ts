import { expect, test } from 'vitest';
import type { Image } from '../../../src/capture/actors/image.js';
import { ImageActors } from '../../../src/capture/actors/image-actors.js';

const IMAGE: Image = {
  stack: 140_737_488_347_136,
  argumentsAt: 140_737_488_347_500,
  argumentsEnd: 140_737_488_347_510,
  environmentEnd: 140_737_488_351_000,
};

test('knows images by the addresses that are random', () => {
  const actors = new ImageActors();
  expect(actors.get(IMAGE)).toBeUndefined();
  actors.set(IMAGE, 7);
  expect(actors.get({ ...IMAGE, argumentsEnd: IMAGE.argumentsEnd + 1 })).toBe(7);
  actors.set({ ...IMAGE }, null);
  expect(actors.get(IMAGE)).toBeNull();
});

test('images that share an address are not each other', () => {
  const actors = new ImageActors();
  const others = [
    IMAGE,
    { ...IMAGE, stack: IMAGE.stack + 16 },
    { ...IMAGE, argumentsAt: IMAGE.argumentsAt + 1 },
    { ...IMAGE, environmentEnd: IMAGE.environmentEnd + 8 },
  ];
  others.forEach((image, index) => {
    expect(actors.get(image)).toBeUndefined();
    actors.set(image, index);
  });
  expect(others.map((image) => actors.get(image))).toEqual([0, 1, 2, 3]);
});
