// How a demo gets its kernels: as modules from a server, as plain scripts from the file system.

const handed = globalThis as unknown as { gdModules?: Record<string, unknown> };

/** Fetch a module, once and for all. */
export function fetchModule(address: string): Promise<unknown> {
  return location.protocol === "file:" ? fromFile(address) : import(address);
}

/** Browsers import nothing from the file system. There a script hands in, by its name, what it has. */
function fromFile(address: string): Promise<unknown> {
  const name = address.split("/").at(-1)!;
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(handed.gdModules?.[name]);
    script.onerror = () => reject(new Error(`${name} could not be read`));
    document.head.append(script);
  });
}
