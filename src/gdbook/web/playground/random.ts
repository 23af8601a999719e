// The order of the examples: what jax.random.permutation gives, computed in the page.
//
// JAX's keys are two words of 32 bits, and all its numbers come from Threefry-2x32 with 20 rounds:
// J. K. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.

type Words = [number, number];

const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]] as const;
const LARGEST = 2 ** 32 - 1;

function threefry([a, b]: Words, [x, y]: Words): Words {
  const keys = [a, b, a ^ b ^ 0x1bd11bda];
  x = (x + a) | 0;
  y = (y + b) | 0;
  for (let group = 0; group < 5; group++) {
    for (const turn of ROTATIONS[group % 2]!) {
      x = (x + y) | 0;
      y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    }
    x = (x + keys[(group + 1) % 3]!) | 0;
    y = (y + keys[(group + 2) % 3]! + group + 1) | 0;
  }
  return [x, y];
}

/** Return jax.random.permutation(jax.random.fold_in(jax.random.key(seed), number), n). */
export function permutation(seed: number, number: number, n: number): number[] {
  let key = threefry([0, seed], [0, number]);
  let order = Array.from({ length: n }, (_, i) => i);
  const rounds = Math.ceil((3 * Math.log(Math.max(1, n))) / Math.log(LARGEST));
  for (let round = 0; round < rounds; round++) {
    const drawing = threefry(key, [0, 1]);
    key = threefry(key, [0, 0]);
    const lots = order.map((_, i) => {
      const [x, y] = threefry(drawing, [0, i]);
      return (x ^ y) >>> 0;
    });
    const places = order.map((_, i) => i).sort((i, j) => lots[i]! - lots[j]! || i - j);
    const before = order;
    order = places.map((i) => before[i]!);
  }
  return order;
}
