/** The one element inside `parent` that `selector` names. */
export function part<T extends Element = HTMLElement>(parent: ParentNode, selector: string): T {
  const found = parent.querySelector<T>(selector);
  if (!found) throw new Error(`Expected ${selector} on the page but found none`);
  return found;
}

/** Sets a text where it is another: screen readers and the layout are left in peace. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
