// Formulas as graphs: equal parts are one node, so that a derivative costs little more than its
// function; what can be computed or left out is. A program runs such a graph on doubles.

export interface Term {
  readonly id: number;
  readonly op: string;
  readonly args: readonly Term[];
  readonly value: number; // of a constant
}

const UNARY: Record<string, (u: number) => number> = {
  neg: (u) => -u,
  abs: Math.abs, sign: Math.sign, sqrt: Math.sqrt, exp: Math.exp, log: Math.log,
  log10: Math.log10, sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin,
  acos: Math.acos, atan: Math.atan, sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh,
  asinh: Math.asinh, acosh: Math.acosh, atanh: Math.atanh,
  sec: (u) => 1 / Math.cos(u), sech: (u) => 1 / Math.cosh(u),
};

const BINARY: Record<string, (u: number, v: number) => number> = {
  add: (u, v) => u + v, sub: (u, v) => u - v, mul: (u, v) => u * v, div: (u, v) => u / v,
  pow: power,
};

const LARGEST_PRODUCT = 64; // the largest exponent that is multiplied out, as XLA does

/** Raise to a power; small whole ones are products, which is how JAX computes them. */
function power(u: number, v: number): number {
  if (!Number.isInteger(v) || Math.abs(v) > LARGEST_PRODUCT) return Math.pow(u, v);
  let result = 1;
  for (let left = Math.abs(v), square = u; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return v < 0 ? 1 / result : result;
}

export class Graph {
  private readonly known = new Map<string, Term>();

  constant(value: number): Term {
    return this.intern(`= ${Object.is(value, -0) ? "-0" : value}`, "constant", [], value);
  }

  variable(name: "x" | "y"): Term {
    return this.intern(name, name, [], NaN);
  }

  /** Return an operation of terms, or what it comes to. */
  apply(op: string, ...args: Term[]): Term {
    const [u, v] = args;
    if (u === undefined || args.length > 2) throw new Error(`${op} of ${args.length}`);
    if (args.every((arg) => arg.op === "constant")) {
      const value = v === undefined ? UNARY[op]!(u.value) : BINARY[op]!(u.value, v.value);
      return this.constant(value);
    }
    const shorter = v === undefined ? this.unary(op, u) : this.binary(op, u, v);
    if (shorter !== null) return shorter;
    const ids = args.map(({ id }) => id);
    if (op === "add" || op === "mul") ids.sort((a, b) => a - b);
    return this.intern(`${op} ${ids.join(" ")}`, op, args, NaN);
  }

  private intern(key: string, op: string, args: readonly Term[], value: number): Term {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const term = { id: this.known.size, op, args, value };
    this.known.set(key, term);
    return term;
  }

  private unary(op: string, u: Term): Term | null {
    if (op !== "neg") return null;
    const [a, b] = u.args;
    if (u.op === "neg") return a!;
    if (u.op === "sub") return this.apply("sub", b!, a!);
    if (u.op === "mul" && a!.op === "constant") {
      return this.apply("mul", this.constant(-a!.value), b!);
    }
    return null;
  }

  private binary(op: string, u: Term, v: Term): Term | null {
    if (op === "add") return this.sum(u, v);
    if (op === "sub") return this.difference(u, v);
    if (op === "mul") return this.product(u, v);
    if (op === "div") return this.quotient(u, v);
    if (op === "pow" && is(v, 0)) return this.constant(1);
    return op === "pow" && is(v, 1) ? u : null;
  }

  private sum(u: Term, v: Term): Term | null {
    if (is(u, 0)) return v;
    if (is(v, 0)) return u;
    if (v.op === "neg") return this.apply("sub", u, v.args[0]!);
    return u.op === "neg" ? this.apply("sub", v, u.args[0]!) : null;
  }

  private difference(u: Term, v: Term): Term | null {
    if (u === v) return this.constant(0);
    if (is(u, 0)) return this.apply("neg", v);
    if (is(v, 0)) return u;
    return v.op === "neg" ? this.apply("add", u, v.args[0]!) : null;
  }

  private product(u: Term, v: Term): Term | null {
    if (is(u, 0) || is(v, 0)) return this.constant(0);
    if (is(u, 1)) return v;
    if (is(v, 1)) return u;
    if (v.op === "constant") return this.apply("mul", v, u);
    if (is(u, -1)) return this.apply("neg", v);
    if (u.op === "neg") return this.apply("neg", this.apply("mul", u.args[0]!, v));
    if (v.op === "neg") return this.apply("neg", this.apply("mul", u, v.args[0]!));
    if (v.op === "mul" && v.args[0]!.op === "constant") {
      const [factor, rest] = v.args;
      if (u.op === "constant") return this.apply("mul", this.constant(u.value * factor!.value), rest!);
      return this.apply("mul", factor!, this.apply("mul", u, rest!));
    }
    if (u.op === "mul" && u.args[0]!.op === "constant") {
      return this.apply("mul", u.args[0]!, this.apply("mul", u.args[1]!, v));
    }
    if (u.op === "sign" && u.args[0] === v) return this.apply("abs", v);
    if (v.op === "sign" && v.args[0] === u) return this.apply("abs", u);
    return u === v ? this.apply("pow", u, this.constant(2)) : null;
  }

  private quotient(u: Term, v: Term): Term | null {
    if (is(u, 0)) return this.constant(0);
    if (is(v, 1)) return u;
    if (u.op === "abs" && u.args[0] === v) return this.apply("sign", v);
    return u.op === "neg" ? this.apply("neg", this.apply("div", u.args[0]!, v)) : null;
  }
}

function is(term: Term, value: number): boolean {
  return term.op === "constant" && term.value === value;
}

/** All terms that some terms need, each after those it is made of. */
function ordered(wanted: readonly Term[]): Term[] {
  const found = new Set<Term>();
  const waiting = [...wanted];
  while (waiting.length > 0) {
    const term = waiting.pop()!;
    if (found.has(term)) continue;
    found.add(term);
    waiting.push(...term.args);
  }
  return [...found].sort((a, b) => a.id - b.id); // a term is made after its parts
}

/** Computes some terms at a place. */
export class Program {
  readonly length: number;
  private readonly values: Float64Array;
  private readonly steps: { run: (u: number, v: number) => number; u: number; v: number; to: number }[] = [];
  private readonly results: number[];
  private readonly places: { x: number; y: number }; // -1 where it does not occur

  constructor(wanted: readonly Term[]) {
    const terms = ordered(wanted);
    const place = new Map(terms.map((term, i) => [term, i]));
    this.values = new Float64Array(terms.length);
    terms.forEach(({ op, args, value }, to) => {
      if (op === "constant") this.values[to] = value;
      if (args.length === 0) return;
      const [u, v] = args.map((arg) => place.get(arg)!);
      const run = args.length === 1 ? UNARY[op]! : BINARY[op]!;
      this.steps.push({ run, u: u!, v: v ?? u!, to });
    });
    this.results = wanted.map((term) => place.get(term)!);
    const find = (name: string): number => terms.findIndex(({ op }) => op === name);
    this.places = { x: find("x"), y: find("y") };
    this.length = wanted.length;
  }

  run(x: number, y: number, output: Float64Array): void {
    const { values, places } = this;
    if (places.x >= 0) values[places.x] = x;
    if (places.y >= 0) values[places.y] = y;
    for (const { run, u, v, to } of this.steps) values[to] = run(values[u]!, values[v]!);
    for (let i = 0; i < this.length; i++) output[i] = values[this.results[i]!]!;
  }
}

// --- writing ---------------------------------------------------------------------------------

/** How a formula is written down: for readers, or for Python. */
export interface Hand {
  power: string;
  times: string;
  minus: string;
  constant(value: number): string;
  call(name: string): string;
}

const RANK: Record<string, number> = { add: 1, sub: 1, mul: 2, div: 2, neg: 3, pow: 4 };
const TIGHTEST = 5;

/** Write a term; null if that takes more than so many letters. */
export function written(term: Term, hand: Hand, longest: number): string | null {
  let budget = longest; // a graph can be small and its text beyond all bounds
  const rank = ({ op, value }: Term): number =>
    RANK[op] ?? (op === "constant" && (value < 0 || Object.is(value, -0)) ? RANK["neg"]! : TIGHTEST);
  const inside = (part: Term, least: number): string => {
    const text = write(part);
    return rank(part) < least ? `(${text})` : text;
  };
  const write = (part: Term): string => {
    if (--budget < 0) throw new RangeError("too long");
    const { op, args: [u, v] } = part;
    if (op === "constant") return hand.constant(part.value);
    if (u === undefined) return op;
    if (op === "neg") return `${hand.minus}${inside(u, RANK["neg"]!)}`;
    if (v === undefined) return `${hand.call(op)}(${write(u)})`;
    if (op === "pow") return `${inside(u, TIGHTEST)}${hand.power}${inside(v, RANK["neg"]!)}`;
    const signs: Record<string, string> = { add: " + ", sub: ` ${hand.minus} `, mul: hand.times, div: " / " };
    const least = RANK[op]!;
    const right = op === "sub" || op === "div" || op === "mul" ? least + 1 : least;
    const [before, after] = [inside(u, least), inside(v, right)];
    if (op === "add" && after.startsWith(hand.minus)) {
      return `${before}${signs["sub"]!}${after.slice(hand.minus.length)}`;
    }
    return `${before}${signs[op]!}${after}`;
  };
  try {
    const text = write(term);
    return text.length <= longest ? text : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
