/** What an attribute may be: false and null leave it out, true sets it without a value. */
type Attribute = string | number | boolean | null | undefined;
type Listener = (event: Event) => void;
export type Child = Node | string | number | null | undefined | false | readonly Child[];

/** Attributes by name; a function is a listener of the event of its name. */
type Attributes = Readonly<Record<string, Attribute | Listener>>;
type Content = readonly [first?: Attributes | Child, ...children: Child[]];

const SVG = 'http://www.w3.org/2000/svg';

type TagOf<Name, Tags> = (Name extends `${infer Tag}.${string}` ? Tag : Name) & keyof Tags;
type NameOf<Tags> = (keyof Tags & string) | `${keyof Tags & string}.${string}`;

/**
 * Makes an element. Children that are text become text nodes, whatever they hold: nothing that comes from data is
 * ever read as HTML.
 *
 * @param name of the element, and of its classes: `p.hint`
 * @param content its attributes, if it has any, and its children
 * @example h('p.hint', 'Choose a ', h('a', { href: '#/' }, 'view'))
 */
export function h<Name extends NameOf<HTMLElementTagNameMap>>(
  name: Name,
  ...content: Content
): HTMLElementTagNameMap[TagOf<Name, HTMLElementTagNameMap>] {
  const [tag = '', ...classes] = name.split('.');
  return made(document.createElement(tag), classes, content) as never;
}

/** The same for SVG. */
export function s<Name extends NameOf<SVGElementTagNameMap>>(
  name: Name,
  ...content: Content
): SVGElementTagNameMap[TagOf<Name, SVGElementTagNameMap>] {
  const [tag = '', ...classes] = name.split('.');
  return made(document.createElementNS(SVG, tag), classes, content) as never;
}

/** Puts children in the place of those that an element has. */
export function fill<E extends Element>(element: E, ...children: Child[]): E {
  element.replaceChildren();
  return append(element, children);
}

function made(element: Element, classes: readonly string[], [first, ...rest]: Content): Element {
  if (classes.length > 0) element.setAttribute('class', classes.join(' '));
  if (!isAttributes(first)) return append(element, [first, ...rest]);
  for (const [name, value] of Object.entries(first)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  return append(element, rest);
}

function isAttributes(first: Content[0]): first is Attributes {
  return typeof first === 'object' && first !== null && !Array.isArray(first) && !(first instanceof Node);
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
