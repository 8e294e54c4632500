/** What an attribute may be: false and null leave it out, true sets it without a value. */
type Attribute = string | number | boolean | null | undefined;
type Listener = (event: Event) => void;
export type Child = Node | string | number | null | undefined | false | readonly Child[];

/** Attributes by name; a function is a listener of the event of its name. */
export type Attributes = Record<string, Attribute | Listener>;

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element. Children that are text become text nodes, whatever they hold: nothing that comes from data is
 * ever read as HTML.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function s<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** Puts children in the place of those that an element has. */
export function fill<E extends Element>(element: E, ...children: Child[]): E {
  element.replaceChildren();
  return append(element, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  return append(element, children);
}

function append<E extends Element>(element: E, children: readonly Child[]): E {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child as Node | string);
  }
  return element;
}

let counter = 0;

/** @returns an id that no other element of the page has */
export function uniqueId(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}
