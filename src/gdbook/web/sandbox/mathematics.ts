// mathjs, as much of it as parses and differentiates: it is put together here from its factories,
// because the whole is four times as large. Nothing of it evaluates anything.

import { createTyped } from "mathjs-parts/core/function/typed.js";
import { createConstantNode } from "mathjs-parts/expression/node/ConstantNode.js";
import { createFunctionNode } from "mathjs-parts/expression/node/FunctionNode.js";
import { createNode } from "mathjs-parts/expression/node/Node.js";
import { createOperatorNode } from "mathjs-parts/expression/node/OperatorNode.js";
import { createParenthesisNode } from "mathjs-parts/expression/node/ParenthesisNode.js";
import { createSymbolNode } from "mathjs-parts/expression/node/SymbolNode.js";
import { createParse } from "mathjs-parts/expression/parse.js";
import { createDerivative } from "mathjs-parts/function/algebra/derivative.js";

/** A node of mathjs: of its fields those that are read here. */
export interface MathNode {
  type: string;
  value: unknown; // of a ConstantNode
  name: string; // of a SymbolNode or a FunctionNode
  op: string; // of an OperatorNode
  fn: unknown;
  args: MathNode[];
  content: MathNode; // of a ParenthesisNode
}

/** What the language of mathjs has besides formulas, in words; a formula with it is refused. */
export class Foreign extends Error {}

const FOREIGN = {
  AccessorNode: "a dot or an index", ArrayNode: "a list", AssignmentNode: "an assignment",
  BlockNode: "several expressions", ConditionalNode: "a condition",
  FunctionAssignmentNode: "a definition", IndexNode: "an index", ObjectNode: "an object",
  RangeNode: "a range", RelationalNode: "a comparison",
};

const refusals = Object.fromEntries(Object.entries(FOREIGN).map(([name, words]) => {
  const refusal = class {
    constructor() {
      throw new Foreign(words);
    }
  };
  return [name, refusal];
}));

const config = { number: "number", numberFallback: "number", relTol: 1e-12, absTol: 1e-15 };
const typed = createTyped({});
const numbers = {
  numeric: (value: string | number) => Number(value),
  equal: (a: number, b: number) => a === b,
  isZero: (value: number) => value === 0,
  isBounded: (value: number) => Number.isFinite(value),
};
const Node = createNode({ mathWithTransform: {} });
const ConstantNode = createConstantNode({ Node, ...numbers });
const SymbolNode = createSymbolNode({ Node, math: {} });
const FunctionNode = createFunctionNode({ Node, SymbolNode, math: {} });
const OperatorNode = createOperatorNode({ Node });
const ParenthesisNode = createParenthesisNode({ Node });
const nodes = { ConstantNode, FunctionNode, OperatorNode, ParenthesisNode, SymbolNode };

/** Return the tree of a text; a SyntaxError with the number of a character if it has none. */
export const parse: (text: string) => MathNode =
  createParse({ typed, config, ...numbers, ...refusals, ...nodes });

const derivative = createDerivative({
  typed, config, parse, ...numbers, ...nodes, simplify: (node: MathNode) => node,
});

/** Return the derivative of a tree, as the rules of calculus give it, not yet simplified. */
export function differentiated(node: MathNode, name: "x" | "y"): MathNode {
  return derivative(node, new SymbolNode(name), { simplify: false });
}
