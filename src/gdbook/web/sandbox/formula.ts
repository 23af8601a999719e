// A formula of x and y that a reader typed: understood with its derivatives, or refused in words.

import { Graph, Program, written, type Hand, type Term } from "./graph";
import { differentiated, Foreign, parse, type MathNode } from "./mathematics";

export const LONGEST = 300; // characters of a formula
const DEEPEST = 40; // parentheses within parentheses
const MOST = 160; // numbers, letters and operators of a formula
const LARGEST = 20_000; // the same of one of its derivatives
const SHOWN = 160; // characters of a derivative that is still worth reading

/** Why a text is no formula that could be walked on, and which of its characters say so. */
export interface Trouble {
  words: string;
  from: number;
  to: number;
}

export interface Formula {
  readonly text: string;
  readonly loss: Program; // the value
  readonly step: Program; // value, and the two slopes
  readonly facts: Program; // value, slopes, and the curvatures along x, along both, along y
  readonly python: string;
  readonly slopes: [string | null, string | null]; // the formulas of the slopes, unless too long
}

const CONSTANTS = new Map([["pi", Math.PI], ["e", Math.E], ["tau", 2 * Math.PI]]);

const PYTHON = new Map([
  ["abs", "abs"], ["sqrt", "sqrt"], ["exp", "exp"], ["log", "log"], ["log10", "log10"],
  ["sin", "sin"], ["cos", "cos"], ["tan", "tan"], ["asin", "arcsin"], ["acos", "arccos"],
  ["atan", "arctan"], ["sinh", "sinh"], ["cosh", "cosh"], ["tanh", "tanh"], ["asinh", "arcsinh"],
  ["acosh", "arccosh"], ["atanh", "arctanh"],
]); // the functions there are, and what NumPy calls them

const LEVEL = new Set(["floor", "ceil", "round", "fix", "sign", "mod", "max", "min", "relu", "gcd"]);
const WHOLE = new Set(["factorial", "gamma", "combinations", "permutations"]);

const OPERATORS = new Map([
  ["add", "add"], ["subtract", "sub"], ["multiply", "mul"], ["divide", "div"], ["pow", "pow"],
  ["unaryMinus", "neg"], ["unaryPlus", ""],
]);

class Refused extends Error {
  constructor(words: string, readonly about: string) {
    super(words);
  }
}

/** Understand a text, or say why not. Nothing that it says is run. */
export function read(text: string): Formula | Trouble {
  const { plain, origin } = normalized(text);
  const trouble = (words: string, from = 0, length = plain.length): Trouble => ({
    words, from: origin[from] ?? text.length, to: origin[from + length] ?? text.length,
  });
  if (text.trim() === "") return trouble("Type a formula of x and y.");
  if (text.length > LONGEST) return trouble(`That is longer than ${LONGEST} characters.`);
  if (depth(plain) > DEEPEST) return trouble(`That is nested more than ${DEEPEST} deep.`);
  try {
    return understood(text, parse(plain));
  } catch (error) {
    if (error instanceof Refused) return trouble(error.message, ...found(plain, error.about));
    if (error instanceof Foreign) {
      return trouble(`That has ${error.message} in it; a formula has only numbers, x, y, ` +
        "operators and functions.", ...found(plain, FOREIGN_SIGN));
    }
    if (error instanceof RangeError) return trouble("That is nested too deeply.");
    const { char, message } = error as { char?: number; message: string };
    const words = message.replace(/ \(char \d+\)$/, "");
    const at = Math.min(Math.max((char ?? 1) - 1, 0), plain.length);
    return trouble(`${words}.`, at, Math.max(1, /^\w+/.exec(plain.slice(at))?.[0].length ?? 1));
  }
}

const FOREIGN_SIGN = /[[\]{}";'?=<>:.,\n]/;

/** Where the text speaks of something: from which character, and how many. */
function found(plain: string, about: string | RegExp): [number, number] {
  const name = typeof about === "string" && /^\w+$/.test(about)
    ? new RegExp(`(?<![\\w.])${about}(?!\\w)`) : about;
  const at = typeof name === "string" ? plain.indexOf(name) : plain.search(name);
  if (at < 0 || about === "") return [0, plain.length];
  return [at, typeof about === "string" ? about.length : 1];
}

// What people type or paste, and what it is in the language of mathjs.
const WRITTEN: [RegExp, string][] = [
  [/^\*\*/, "^"], [/^[×·⋅∙]/, "*"], [/^[−–]/, "-"], [/^÷/, "/"], [/^π/, "pi"], [/^τ/, "tau"],
  [/^²/, "^2"], [/^³/, "^3"], [/^ln(?!\w)/, "log"], [/^arc(?=(sin|cos|tan)h?(?!\w))/, "a"],
];

/** Return a text in the language of mathjs, and for each of its characters where it came from. */
function normalized(text: string): { plain: string; origin: number[] } {
  let plain = "";
  const origin: number[] = [];
  for (let at = 0; at < text.length && at <= LONGEST; ) {
    const rest = text.slice(at, at + 12);
    const inWord = /\w/.test(plain.at(-1) ?? "") && /^\w/.test(rest);
    const rule = inWord ? undefined : WRITTEN.find(([pattern]) => pattern.test(rest));
    const [taken, given] = rule ? [rule[0].exec(rest)![0].length, rule[1]] : [1, text[at]!];
    for (let k = 0; k < given.length; k++) origin.push(at);
    plain += given;
    at += taken;
  }
  return { plain, origin };
}

function depth(plain: string): number {
  let [deepest, now] = [0, 0];
  for (const letter of plain) {
    if (letter === "(") deepest = Math.max(deepest, ++now);
    if (letter === ")") now--;
  }
  return deepest;
}

function understood(text: string, tree: MathNode): Formula {
  const graph = new Graph();
  const f = termOf(graph, tree, true);
  if (f.op === "constant") {
    throw new Refused("Neither x nor y is left in it: that is level ground, without a slope.", "");
  }
  const [byX, byY] = [differentiated(tree, "x"), differentiated(tree, "y")];
  const [fx, fy] = [termOf(graph, byX), termOf(graph, byY)];
  const fxx = termOf(graph, differentiated(byX, "x"));
  const fxy = termOf(graph, differentiated(byX, "y"));
  const fyy = termOf(graph, differentiated(byY, "y"));
  return {
    text,
    loss: new Program([f]),
    step: new Program([f, fx, fy]),
    facts: new Program([f, fx, fy, fxx, fxy, fyy]),
    python: written(f, FOR_PYTHON, 10 * LONGEST)!,
    slopes: [written(fx, FOR_READERS, SHOWN), written(fy, FOR_READERS, SHOWN)],
  };
}

const TOO_LONG = "It, or its derivative, is too long to be walked on.";

/** Return a tree as a term; one that a reader typed is checked, a derivative need not be. */
function termOf(graph: Graph, tree: MathNode, typed = false): Term {
  const known = new Map<MathNode, Term>(); // a derivative shares parts with its function
  let size = 0;
  const term = (node: MathNode): Term => {
    const before = known.get(node);
    if (before !== undefined) return before;
    if (++size > (typed ? MOST : LARGEST)) throw new Refused(TOO_LONG, "");
    const made = fresh(node);
    known.set(node, made);
    return made;
  };
  const fresh = (node: MathNode): Term => {
    switch (node.type) {
      case "ConstantNode": return number(graph, node.value);
      case "SymbolNode": return symbol(graph, node.name);
      case "ParenthesisNode": return term(node.content);
      case "OperatorNode": return finite(operation(node));
      case "FunctionNode": return finite(call(node));
      default: throw new Foreign("something else");
    }
  };
  const operation = ({ fn, op, args }: MathNode): Term => {
    const name = OPERATORS.get(String(fn));
    if (name === undefined) throw new Refused(refusedOperator(op), op);
    const terms = args.map(term);
    if (name === "") return terms[0]!;
    return args.length < 2 ? graph.apply(name, terms[0]!)
      : terms.reduce((sum, next) => graph.apply(name, sum, next));
  };
  const call = ({ name, args }: MathNode): Term => {
    if (typed) checkCall(name, args.length);
    return graph.apply(name, ...args.map(term));
  };
  const finite = (made: Term): Term => {
    if (typed && made.op === "constant" && !Number.isFinite(made.value)) {
      throw new Refused("A part of it is no finite number.", "");
    }
    return made;
  };
  return term(tree);
}

function number(graph: Graph, value: unknown): Term {
  if (typeof value === "number" && Number.isFinite(value)) return graph.constant(value);
  throw new Refused(`“${brief(String(value))}” is no finite number.`, String(value));
}

function symbol(graph: Graph, name: string): Term {
  if (name === "x" || name === "y") return graph.variable(name);
  const value = CONSTANTS.get(name);
  if (value !== undefined) return graph.constant(value);
  const words = PYTHON.has(name) ? `“${name}” wants parentheses: ${name}(x).`
    : `“${brief(name)}” is not known: there are x and y, and the numbers pi, e and tau.`;
  throw new Refused(words, name);
}

function checkCall(name: string, count: number): void {
  if (name === "x" || name === "y" || CONSTANTS.has(name)) {
    throw new Refused(`“${name}” is a number, not a function: write ${name} * ( … ).`, name);
  }
  if (LEVEL.has(name)) {
    throw new Refused(`“${name}” has jumps or corners where no derivative is: ` +
      "only abs is allowed to have one.", name);
  }
  if (WHOLE.has(name)) throw new Refused(`“${name}” has no derivative here.`, name);
  if (!PYTHON.has(name)) {
    const list = [...PYTHON.keys()].join(", ");
    throw new Refused(`The function “${brief(name)}” is not known. There are ${list}.`, name);
  }
  if (count !== 1) throw new Refused(`“${name}” takes one number, and here it has ${count}.`, name);
}

function refusedOperator(op: string): string {
  if (op === "!") return "“!” is for whole numbers only: it has no derivative.";
  if (op === "%" || op === "mod") return `“${op}” jumps: where it does, there is no derivative.`;
  return `“${brief(op)}” is not among the operators + - * / ^.`;
}

function brief(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}

const FOR_READERS: Hand = {
  power: "^", times: " * ", minus: "-", constant: named, call: (name) => name,
};

const FOR_PYTHON: Hand = {
  power: "**", times: " * ", minus: "-", call: (name) => `jnp.${PYTHON.get(name) ?? name}`,
  constant: (value) => (CONSTANTS.get(named(value)) === undefined ? String(value)
    : named(value) === "tau" ? "(2 * jnp.pi)" : `jnp.${named(value)}`),
};

function named(value: number): string {
  for (const [name, known] of CONSTANTS) if (known === value) return name;
  return String(value);
}
