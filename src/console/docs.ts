/** The pages of the API reference have the address of a local server in their examples: here comes that of this one. */
const written = document.querySelector<HTMLElement>('.docs')?.dataset.origin;
if (written !== undefined) {
  for (const example of document.querySelectorAll('.docs pre')) {
    example.textContent = (example.textContent ?? '').replaceAll(written, location.origin);
  }
}
