// Functions that Math lacks. A module gets only those it calls.

// x ** y as IEEE 754 has it: 1 to any power, and -1 to an infinite one, are 1.
function pow(x, y) {
  return x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : x ** y;
}

// The nearest integer, ties to even: adding 2^52 leaves no room for a fraction.
function roundEven(x) {
  if (!(Math.abs(x) < 4503599627370496)) return x;
  return x < 0 || Object.is(x, -0)
    ? -(4503599627370496 - x - 4503599627370496)
    : x + 4503599627370496 - 4503599627370496;
}

// The nearest integer, ties away from zero.
function roundAway(x) {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

// The error function near 0: exp(-x²) times a series of positive terms.
function erfSeries(x) {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return 1.1283791670955126 * Math.exp(-x * x) * sum;
}

// Its complement for x >= 2, by Laplace's continued fraction, from the inside out.
function erfcFraction(x) {
  let tail = 0;
  for (let n = Math.ceil(24 + 320 / (x * x)); n > 0; n -= 1) tail = n / 2 / (x + tail);
  return (0.5641895835477563 * Math.exp(-x * x)) / (x + tail);
}

// The error function.
function erf(x) {
  if (x > 6) return 1;
  if (x < -6) return -1;
  if (Math.abs(x) < 2.5) return erfSeries(x);
  return x > 0 ? 1 - erfcFraction(x) : erfcFraction(-x) - 1;
}

// 1 - erf(x), to full precision where that is small.
function erfc(x) {
  if (!(x > 2)) return 1 - erf(x);
  return x > 27.5 ? 0 : erfcFraction(x);
}

// The inverse of the error function: a first guess by logarithms, then Halley's method.
function erfInverse(y) {
  const p = 1 - Math.abs(y);
  if (!(p > 0)) return p === 0 ? y * Infinity : NaN;
  if (p > 1 - 1e-9) return y * 0.886226925452758; // the slope at 0
  const logarithm = Math.log1p(-y * y);
  const half = 4.330746750799873 + logarithm / 2;
  let x = Math.sqrt(Math.sqrt(half * half - logarithm / 0.147) - half);
  for (let n = 0; n < 3; n += 1) {
    const miss = p < 0.5 ? p - erfc(x) : erf(x) - Math.abs(y);
    const step = miss / (1.1283791670955126 * Math.exp(-x * x));
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}
