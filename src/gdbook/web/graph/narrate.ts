// What happens in a step, and why, in a sentence or two: from the numbers, nothing else.

import { say, sayBriefly } from "../demo/theme";
import type { Course, Numbers } from "./course";
import type { Spec, State } from "./spec";
import { lastStep, lines } from "./state";

export interface Descent {
  before: number; // the loss
  after: number;
}

const NEAR = 0.01; // how far a number is moved to say what its slope means

export function tell(
  spec: Spec, state: State, course: Course, numbers: Numbers, descent: Descent | null,
): string {
  if (descent !== null) return descended(state, descent);
  const { node, backward } = course.at(state.step);
  if (node === null) return beginning(spec);
  if (!backward) return forward(spec, state, course, numbers, node);
  const end = state.step === lastStep(spec) ? ` ${ending(spec)}` : "";
  return back(spec, state, course, numbers, node) + end;
}

/** Name a number as the picture does: an input by its name, a line by its letter too. */
export function nameOf(spec: Spec, k: number): string {
  const { label, letter, formula } = spec.nodes[k]!;
  return formula === "" ? label : `${letter} (${label})`;
}

/** Fill a formula with numbers: "0.50 × (−1.00)". */
export function filled(formula: string, numbers: number[]): string {
  return formula.replace(/\{(\d)\}/g, (place: string, digit: string, at: number) => {
    const text = say(numbers[Number(digit)]!);
    const bare = at === 0 || "(,|".includes(formula[at - 1]!) || formula[at - 2] === ",";
    const power = "²³⁴⁻".includes(formula[at + place.length] ?? " ");
    return text.startsWith("−") && (!bare || power) ? `(${text})` : text;
  });
}

function beginning(spec: Spec): string {
  return `The inputs are given. Step forward to run the program's ${lines(spec)} lines, one at a ` +
    "time, and then back through them for the slopes.";
}

function forward(spec: Spec, { step }: State, course: Course, { values }: Numbers, k: number): string {
  const { formula } = spec.nodes[k]!;
  const given = course.sourcesOf(k).map((i) => spec.edges[i]!.source);
  const names = given.map((source) => spec.nodes[source]!.formula === ""
    ? spec.nodes[source]!.label : spec.nodes[source]!.letter);
  const symbols = formula.replace(/\{(\d)\}/g, (_, digit: string) => names[Number(digit)]!);
  const result = `${symbols} = ${filled(formula, given.map((source) => values[source]!))} ` +
    `= ${say(values[k]!)}.`;
  const count = lines(spec);
  const more = step === count ? " This is the loss. Now the way back."
    : step === 1 ? " Every value is kept, for the way back needs it." : "";
  return `Forward, line ${step} of ${count}: ${spec.nodes[k]!.letter} = ${result}${more}`;
}

function back(
  spec: Spec, { step }: State, course: Course, { slopes, locals }: Numbers, k: number,
): string {
  const uses = course.usesOf(k);
  const place = `Backward, ${step - lines(spec)} of ${spec.nodes.length}: `;
  if (uses.length === 0) {
    return `${place}the slope of the loss in itself is 1: a change in it is a change in it.`;
  }
  const products = uses.map((i) => filled("{0} × {1}", [slopes[spec.edges[i]!.target]!, locals[i]!]));
  const sum = products.map((text) => (text.startsWith("−") && uses.length > 1 ? `(${text})` : text));
  const users = uses.map((i) => nameOf(spec, spec.edges[i]!.target));
  const whys = uses.map((i) => spec.edges[i]!.why);
  const why = uses.length === 1
    ? `${nameOf(spec, k)} is used once, by ${users[0]}: the slope there × the local slope ` +
      `(${whys[0]})`
    : `${nameOf(spec, k)} is used by ${users.join(" and by ")}: what comes back along each way, ` +
      `slope there × local slope (${[...new Set(whys)].join("; ")}), adds up`;
  return `${place}${why} = ${sum.join(" + ")} = ${say(slopes[k]!)}. ${meaning(slopes[k]!, nameOf(spec, k))}`;
}

function meaning(slope: number, name: string): string {
  if (slope === 0) return `A small change in ${name} does not change the loss.`;
  const change = sayBriefly(Number((Math.abs(slope) * NEAR).toPrecision(2)));
  return `Raise ${name} by ${NEAR}, and the loss ${slope > 0 ? "rises" : "falls"} by about ${change}.`;
}

function ending(spec: Spec): string {
  const names = spec.learned.map((k) => spec.nodes[k]!.label).join(", ");
  return `All slopes are known; those in ${names} are the gradient.`;
}

function descended({ rate }: State, { before, after }: Descent): string {
  if (after === Infinity) {
    return `Diverged: a step at rate ${sayBriefly(rate)} would carry a weight beyond a million. ` +
      "Choose a smaller rate, or go back to the first numbers.";
  }
  const words = after < before ? "fell" : after > before ? "rose" : "stayed";
  const moved = `One step against the gradient at rate ${sayBriefly(rate)}: `;
  if (words === "stayed") return `${moved}the loss stayed at ${say(after)}.`;
  const why = words === "fell" ? "All numbers are those of the new weights."
    : "The step was too long: the slopes hold only near where they were taken.";
  return `${moved}the loss ${words} from ${say(before)} to ${say(after)}. ${why}`;
}
