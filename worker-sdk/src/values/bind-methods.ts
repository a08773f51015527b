/**
 * Gives an object its class's methods as functions of its own, so that a caller may take one from it:
 * `const { submit } = client`. To be called by the constructor; a method that a subclass has in its place is bound.
 */
export function bindMethods(object: object, { prototype }: { readonly prototype: object }): void {
  // Not those that symbols name: nobody takes them, and V8's `await using` refuses a function that was bound.
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const isMethod = typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function";
    if (isMethod && name !== "constructor") {
      const value = Reflect.get(object, name).bind(object);
      Object.defineProperty(object, name, { value, configurable: true, writable: true });
    }
  }
}
