// The page's colours, as the style sheet has them, and numbers as the book writes them.

import { parseColor, type Color } from "./terrain";
import type { ThemeName } from "./spec";

export interface Theme {
  name: ThemeName;
  background: string;
  text: string;
  muted: string;
  line: string;
  accent: string;
  bad: string;
  terrain: Color[];
  page: Color; // the background
  basins: Color[];
  nowhere: Color; // of walks that are at no minimum
  font: string;
}

export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    name: read("--gd-theme") === "dark" ? "dark" : "light",
    background: read("--color-background-primary"),
    text: read("--color-foreground-primary"),
    muted: read("--gd-muted"),
    line: read("--gd-line"),
    accent: read("--color-brand-primary"),
    bad: read("--gd-bad"),
    terrain: read("--gd-terrain").split(" ").map(parseColor),
    page: parseColor(read("--color-background-primary")),
    basins: read("--gd-basins").split(" ").map(parseColor),
    nowhere: parseColor(read("--gd-nowhere")),
    font: read("--font-stack--headings") || "sans-serif",
  };
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Write a number as a reader wants it: 12.50, 0.0031, 2.4×10⁹, ∞. */
export function say(value: number): string {
  if (Number.isNaN(value)) return "not a number";
  const sign = value < 0 ? "−" : "";
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return `${sign}∞`;
  if (size === 0) return "0.00";
  if (size >= 0.01 && size < 1e5) return sign + size.toFixed(2);
  if (size >= 1e-3 && size < 0.01) return sign + size.toFixed(4);
  const [factor, power] = size.toExponential(1).split("e"); // 9.97e-9 is 1.0e-8, not 10.0e-9
  return `${sign}${factor}×10${raised(Number(power))}`;
}

/** Write a setting, such as a learning rate, with as many digits as it needs. */
export function sayBriefly(value: number): string {
  return value === 0 ? "0" : Number(value.toPrecision(3)).toString().replace("-", "−");
}

export function raised(power: number): string {
  const digits = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return (power < 0 ? "⁻" : "") + digits.join("");
}

/** Return some five round numbers that cover a range. */
export function ticks(low: number, high: number, wanted = 5): number[] {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((factor) => factor * power >= rough)! * power;
  const found: number[] = [];
  for (let k = Math.ceil(low / unit - 1e-9); k * unit <= high + 1e-9 * unit; k++) {
    found.push(Number((k * unit).toPrecision(12)));
  }
  return found;
}

export function sayTick(value: number): string {
  return String(value).replace("-", "−");
}
