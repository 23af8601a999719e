// The graph, drawn: each number a box, with its value and its slope once they are known.

import { make } from "../demo/dom";
import { say } from "../demo/theme";
import type { Course, Numbers } from "./course";
import { placed, type Box, type Plan } from "./plan";
import type { Spec } from "./spec";

interface Drawn {
  group: SVGElement;
  value: SVGElement;
  slope: SVGElement;
}

interface Line {
  path: SVGElement;
  local: SVGElement;
}

export class Picture {
  readonly element = make("div", { class: "gd-graph-picture gd-demo-scroll" });
  private plan: Plan | null = null;
  private nodes: Drawn[] = [];
  private edges: Line[] = [];

  constructor(private readonly spec: Spec, private readonly jump: (node: number) => void) {}

  draw(course: Course, step: number, { values, slopes, locals }: Numbers): void {
    this.fit();
    const moment = course.at(step);
    const work = new Set(course.atWork(moment));
    const way = moment.backward ? "back" : "on";
    this.spec.edges.forEach(({ source }, i) => {
      const { path, local } = this.edges[i]!;
      path.setAttribute("class", work.has(i) ? `gd-graph-edge gd-graph-${way}` : "gd-graph-edge");
      local.textContent = step >= course.sloped[source]! ? say(locals[i]!) : "";
      local.setAttribute("class", work.has(i) ? "gd-graph-local gd-graph-back" : "gd-graph-local");
    });
    this.nodes.forEach(({ group, value, slope }, k) => {
      value.textContent = step >= course.seen[k]! ? say(values[k]!) : "";
      slope.textContent = step >= course.sloped[k]! ? say(slopes[k]!) : "";
      const now = moment.node === k ? ` gd-graph-${way}` : "";
      group.setAttribute("class", `gd-graph-node${now}`);
    });
  }

  /** Build the picture anew where the element's width asks for another plan. */
  private fit(): void {
    const plan = placed(this.spec, this.element.clientWidth || 640);
    if (this.plan?.width === plan.width) return;
    this.plan = plan;
    const svg = shape("svg", {
      viewBox: `0 0 ${plan.width} ${plan.height}`, width: plan.width, height: plan.height,
      role: "img", "aria-label": "The program as a graph: each input and each line is a box. " +
        "The table below has the same numbers.",
    });
    this.edges = this.spec.edges.map((_, i) => this.line(svg, plan, i));
    this.nodes = plan.boxes.map((box, k) => this.node(svg, box, k));
    for (const { local } of this.edges) svg.append(local);
    this.element.replaceChildren(svg);
    if (plan.width > this.element.clientWidth) this.element.tabIndex = 0; // for keys to scroll it
  }

  private line(svg: SVGElement, { boxes, across }: Plan, i: number): Line {
    const { source, target } = this.spec.edges[i]!;
    const [from, to] = [boxes[source]!, boxes[target]!];
    const [x, y, u, v] = across
      ? [from.x + from.width / 2, from.y, to.x - to.width / 2, to.y]
      : [from.x, from.y + from.height / 2, to.x, to.y - to.height / 2];
    const [p, q] = across ? [(x + u) / 2, y] : [x, (y + v) / 2];
    const [r, s] = across ? [(x + u) / 2, v] : [u, (y + v) / 2];
    const path = shape("path", { d: `M${x} ${y}C${p} ${q} ${r} ${s} ${u} ${v}` });
    svg.append(path);
    const straight = across ? y === v : false;
    const [left, down] = [(x + u) / 2, (y + v) / 2 + (straight ? -7 : 4)];
    return { path, local: shape("text", { x: left, y: down, "text-anchor": "middle" }) };
  }

  private node(svg: SVGElement, { x, y, width, height }: Box, k: number): Drawn {
    const { label, letter, formula } = this.spec.nodes[k]!;
    const group = shape("g", {});
    const text = (words: string, kind: string, up: number, at = x, anchor = "middle"): SVGElement => {
      const found = shape("text", {
        x: at, y: y - up, class: `gd-graph-${kind}`, "text-anchor": anchor,
      });
      found.textContent = words;
      return found;
    };
    const parts = [text(label, "name", height / 2 - 15), text("", "value", -4),
      text("", "slope", 7 - height / 2)];
    const corner = formula === "" ? [] : [text(letter, "letter", height / 2 - 12, x + width / 2 - 5, "end")];
    group.append(
      shape("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 7 }),
      ...parts, ...corner,
    );
    group.addEventListener("click", () => this.jump(k));
    svg.append(group);
    return { group, value: parts[1]!, slope: parts[2]! };
  }
}

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
