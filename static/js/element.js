/** An element with properties and children. @param {string} name @param {Record<string, any>} [properties] @param {(Node | string)[]} children */
export function element(name, properties = {}, ...children) {
  const made = /** @type {any} */ (Object.assign(document.createElement(name), properties));
  made.append(...children);
  return made;
}
