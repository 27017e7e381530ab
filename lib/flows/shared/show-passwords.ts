/**
 * What the pages' one script does for passwords: shows them to who types them.
 *
 * It runs in browsers as its text stands here, so that it names nothing outside of itself. The button beside each field
 * is `Field`'s, and hidden until here it is known that it works. Before a form is sent its passwords are hidden again:
 * browsers keep what was typed as text, and offer to save what is sent as a password.
 */
export function showPasswords(): void {
  for (const button of Array.from(document.querySelectorAll<HTMLButtonElement>('[data-shows]'))) {
    const field = document.getElementById(button.dataset.shows ?? '') as HTMLInputElement;
    const show = (isShown: boolean) => {
      field.type = isShown ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(isShown));
    };
    button.hidden = false;
    button.addEventListener('click', () => show(field.type === 'password'));
    field.form?.addEventListener('submit', () => show(false));
  }
}
