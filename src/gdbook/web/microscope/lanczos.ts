// The sharpest direction: Lanczos' method in small pieces, each beginning where the last ended.

const LENGTH = 7; // products of a piece
const NEAR = 1e-4; // how far a product may be from a multiple, as a part of its length

type Multiply = (vector: Float64Array) => Float64Array;

/**
 * Turn a vector of length 1 into the direction of the largest eigenvalue; return the eigenvalue.
 *
 * `multiply` gives the matrix times a vector, in an array of its own.
 */
export function sharpen(vector: Float64Array, multiply: Multiply, pieces: number): number {
  for (let k = 1; ; k++) {
    const { value, off } = piece(vector, multiply);
    if (k >= pieces || !Number.isFinite(value) || off <= NEAR * Math.abs(value)) return value;
  }
}

export function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
  return sum;
}

/** Improve a vector once; `off` is how far a product with it is from a multiple of it. */
function piece(vector: Float64Array, multiply: Multiply): { value: number; off: number } {
  const basis = [vector.slice()];
  const diagonal: number[] = [];
  const beside: number[] = [];
  for (;;) {
    const own = basis.at(-1)!;
    const rest = multiply(own);
    const before = Math.sqrt(dot(rest, rest));
    diagonal.push(dot(own, rest));
    for (let twice = 0; twice < 2; twice++) {
      for (const other of basis) add(rest, -dot(rest, other), other);
    }
    const length = Math.sqrt(dot(rest, rest));
    beside.push(length);
    const over = basis.length === Math.min(LENGTH, vector.length) || !(length > 1e-9 * before);
    if (over) break;
    basis.push(rest.map((entry) => entry / length));
  }
  const value = largest(diagonal, beside);
  const mixed = mixture(diagonal, beside, value);
  vector.fill(0);
  mixed.forEach((part, k) => add(vector, part, basis[k]!));
  return { value, off: Math.abs(mixed.at(-1)! * beside.at(-1)!) };
}

function add(sum: Float64Array, part: number, other: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += part * other[i]!;
}

/** Return the largest eigenvalue of a symmetric matrix of three diagonals, by halving. */
function largest(diagonal: number[], beside: number[]): number {
  const reach = diagonal.map((entry, k) =>
    entry + (beside[k - 1] ?? 0) + (k + 1 < diagonal.length ? beside[k]! : 0));
  let [low, high] = [Math.max(...diagonal), Math.max(...reach)]; // Rayleigh's bound, Gershgorin's
  for (let k = 0; k < 100 && low < high; k++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (isAbove(diagonal, beside, middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Say whether a number is above all eigenvalues: then all pivots are positive. */
function isAbove(diagonal: number[], beside: number[], value: number): boolean {
  let pivot = Infinity;
  for (let k = 0; k < diagonal.length; k++) {
    pivot = value - diagonal[k]! - (k === 0 ? 0 : beside[k - 1]! ** 2 / pivot);
    if (!(pivot > 0)) return false;
  }
  return true;
}

/** Return the eigenvector of length 1 of such a matrix's largest eigenvalue. */
function mixture(diagonal: number[], beside: number[], value: number): number[] {
  const found = [1];
  for (let k = 0; k + 1 < diagonal.length; k++) {
    const back = k === 0 ? 0 : beside[k - 1]! * found[k - 1]!;
    found.push(((value - diagonal[k]!) * found[k]! - back) / beside[k]!);
  }
  const length = Math.hypot(...found);
  return found.map((part) => part / length);
}
