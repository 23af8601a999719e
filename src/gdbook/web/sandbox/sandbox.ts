// A sandbox: a demo whose ground is a formula that the reader types. It stands in for what the
// other demos compile from the page's Python: heights, facts, and the gradient of each step.

import {
  kernelOf, type Kernel, type Kernels, type Runner, type Scene, type Spec, type State,
} from "../demo/spec";
import { lowest } from "./floor";
import { read, type Formula, type Trouble } from "./formula";
import { SandboxPanel, type SandboxActs } from "./panel";

const REMEMBERED = 20; // formulas

export class Sandbox {
  readonly kernels: Kernels;
  readonly panel: SandboxPanel;
  private formula: Formula;
  private readonly known = new Map<string, Formula | Trouble>();
  private here: { key: string; scene: Scene } | null = null;

  constructor(private readonly spec: Spec, compiled: Kernels, acts: SandboxActs) {
    const first = this.read(spec.sandbox![0]!.expression);
    if ("words" in first) throw new Error(`the first formula: ${first.words}`);
    this.formula = first;
    this.panel = new SandboxPanel(spec, (text) => this.read(text), acts);
    this.kernels = { ...compiled, loss0: this.loss(), facts0: this.facts() };
    spec.runners.forEach((runner, j) => {
      this.kernels[`step0_${j}`] = this.step(runner, kernelOf(compiled, `update${j}`));
    });
  }

  /** Say whether a text is a formula that can be walked on. */
  readonly legible = (text: string): boolean => text.length < 1e4 && !("words" in this.read(text));

  /** Take a state's formula for the ground. */
  follow(state: State): void {
    const formula = this.read(state.expression ?? "");
    if (!("words" in formula)) this.formula = formula;
  }

  /** Return where a state takes place; its minima are not known. */
  readonly place = (state: State): Scene => {
    const key = JSON.stringify([state.expression, state.domain]);
    if (this.here?.key !== key) {
      this.follow(state);
      const { formula, spec } = this;
      const source = `def f(params):\n    x, y = params\n    return ${formula.python}`;
      const domain = state.domain!;
      const floor = lowest(formula, domain);
      const scene = { ...spec.scenes[0]!, domain, minima: [], floor, python: { name: "f", source } };
      this.here = { key, scene };
    }
    return this.here.scene;
  };

  show(state: State): void {
    this.panel.show(state, this.formula.slopes);
  }

  private read(text: string): Formula | Trouble {
    const before = this.known.get(text);
    if (before !== undefined) return before;
    const found = read(text);
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(text, found);
    return found;
  }

  private loss(): Kernel {
    const kernel = (input: Float64Array, output: Float64Array): void =>
      this.formula.loss.run(input[0]!, input[1]!, output);
    return { inputs: 2, outputs: 1, kernel };
  }

  private facts(): Kernel {
    const found = new Float64Array(6);
    const kernel = (input: Float64Array, output: Float64Array): void => {
      this.formula.facts.run(input[0]!, input[1]!, found);
      const [xx, xy, yy] = [found[3]!, found[4]!, found[5]!];
      const middle = (xx + yy) / 2;
      const radius = Math.hypot((xx - yy) / 2, xy);
      output.set(found.subarray(0, 3));
      output[3] = middle - radius;
      output[4] = middle + radius;
    };
    return { inputs: 2, outputs: 5, kernel };
  }

  /** Return a step: the gradient is the formula's, the update is compiled from the book's rule. */
  private step(runner: Runner, update: Kernel): Kernel {
    const inputs = update.inputs - 2;
    const size = update.outputs;
    const whole = new Float64Array(update.inputs);
    const found = new Float64Array(3);
    const kernel = (input: Float64Array, output: Float64Array): void => {
      this.formula.step.run(input[0]!, input[1]!, found);
      whole.set(input);
      whole[inputs] = found[1]!;
      whole[inputs + 1] = found[2]!;
      update.kernel(whole, output);
      output.set(found, size);
    };
    const text = (): string => this.program(runner, update);
    return { inputs, outputs: size + 3, kernel, get text() { return text(); } };
  }

  private program({ python }: Runner, update: Kernel): string {
    const [byX, byY] = this.formula.slopes.map((slope) => slope ?? "(too long to be read)");
    return [
      "// The gradient, by the rules of calculus:", `//   ∂f/∂x = ${byX}`, `//   ∂f/∂y = ${byY}`,
      `// It is handed to the update, compiled from ${python.rule}:`, String(update.kernel),
    ].join("\n");
  }
}
