// Runs emitted modules: one request a line, doubles as the hexadecimal of their bytes.
const lines = require("node:readline").createInterface({ input: process.stdin });

function compile(text) {
  return new Function(`${text.replaceAll(/^export /gm, "")}\nreturn { kernel, inputs, outputs };`)();
}

function run({ module, rows }) {
  const { kernel, inputs, outputs } = compile(module);
  return rows.map((row) => {
    const bytes = Buffer.from(row, "hex");
    const input = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    if (input.length !== inputs) throw new Error(`${input.length} inputs instead of ${inputs}`);
    const output = new Float64Array(outputs);
    kernel(input, output);
    return Buffer.from(output.buffer).toString("hex");
  });
}

lines.on("line", (line) => {
  try {
    console.log(JSON.stringify({ rows: run(JSON.parse(line)) }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.stack) }));
  }
});
