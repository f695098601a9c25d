import { createHash } from 'node:crypto';

/** Adds a button to each command that can be copied; without scripts a click selects the command. */
export const COPY_SCRIPT = `for (const code of document.querySelectorAll('code.command')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  const told = document.createElement('span');
  told.setAttribute('role', 'status');
  told.className = 'told';
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      told.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(code);
      told.textContent = 'Selected';
    }
  });
  code.after(button, told);
}
`;

/** Where it is served; the name says the content, so that it may be kept for good. */
export const COPY_PATH: string = `/web/copy.${createHash('sha256').update(COPY_SCRIPT).digest('hex').slice(0, 16)}.js`;
