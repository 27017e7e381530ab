/**
 * What the pages' one script does for passkeys, which browsers show and make for scripts alone.
 *
 * It runs in browsers as its text stands here, so that it names nothing outside of itself. It decides nothing: what a
 * browser answers goes into a form of the page, and the form to the server, whose redirects and errors are all there
 * is. The forms are of `PasskeyForm`, and hidden until here it is known that the browser has passkeys. `offering` is the one
 * in which they are offered while the address is typed.
 *
 * `toCreation`, `toRequest` and `toJson` are what not all browsers and password managers have: `toJSON` and its two
 * counterparts. All of this counts against the script's 6 kB, the comments inside too.
 */
export function usePasskeys(): void {
  if (!window.PublicKeyCredential) return;
  /** A challenge lives five minutes; in milliseconds, as all times here. */
  const renewedAfter = 4 * 60 * 1000;
  const triedAgainAfter = 10 * 1000;

  const all = <E extends HTMLElement>(selector: string) => Array.from(document.querySelectorAll<E>(selector));
  const forms = all<HTMLFormElement>('form[data-passkey]');
  const offering = forms.find(({ dataset }) => dataset.autofill !== undefined);
  let offer = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBusy = false;

  const toBytes = (text: string) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));
  const toText = (bytes: ArrayBuffer) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=+$/, '');
  const named = ({ id }: PublicKeyCredentialDescriptorJSON) =>
    ({ type: 'public-key', id: toBytes(id) }) as const;

  /** What to tell in the page's language: `script` of the shared texts. */
  const wordsOf = ({ dataset }: HTMLFormElement): Record<string, string> => JSON.parse(dataset.words ?? '{}');

  async function optionsOf(form: HTMLFormElement) {
    const answer = await fetch(form.dataset.options ?? '', {
      method: 'POST',
      headers: { Accept: 'application/json' },
    });
    const body = await answer.json();
    if (answer.ok) return body;
    // Of who is not signed in any more this page leads to sign in.
    if (answer.status === 401) location.reload();
    // Without an answer of the browser the form leads to where that is done, and keeps what was typed.
    else if (body.code === 'reauthentication_needed') form.submit();
    const { tooMuch, full } = wordsOf(form);
    throw { told: { 409: full, 429: tooMuch }[answer.status] };
  }

  function toCreation(json: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions {
    return {
      ...(json as object as PublicKeyCredentialCreationOptions),
      challenge: toBytes(json.challenge),
      user: { ...json.user, id: toBytes(json.user.id) },
      excludeCredentials: (json.excludeCredentials ?? []).map(named),
    };
  }

  function toRequest(json: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions {
    return {
      ...(json as object as PublicKeyCredentialRequestOptions),
      challenge: toBytes(json.challenge),
      allowCredentials: (json.allowCredentials ?? []).map(named),
    };
  }

  function toJson(credential: PublicKeyCredential): object {
    const { id, type, rawId } = credential;
    const response = credential.response as Partial<
      AuthenticatorAttestationResponse & AuthenticatorAssertionResponse
    >;
    const { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } = response;
    const bytes = { clientDataJSON, attestationObject, authenticatorData, signature, userHandle };
    const texts = Object.entries(bytes).map(([name, value]) => [name, value ? toText(value) : undefined]);
    return {
      ...{ id, type, rawId: toText(rawId) },
      response: { ...Object.fromEntries(texts), transports: response.getTransports?.() },
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }

  async function ask(form: HTMLFormElement, how: CredentialRequestOptions = {}): Promise<object> {
    const json = await optionsOf(form);
    const { credentials } = navigator;
    const credential = (await (form.dataset.passkey === 'create'
      ? credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? toCreation(json),
        })
      : credentials.get({
          ...how,
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? toRequest(json),
        }))) as PublicKeyCredential;
    try {
      return credential.toJSON();
    } catch {
      return toJson(credential);
    }
  }

  function send(form: HTMLFormElement, answer: object): void {
    for (const field of Array.from(form.querySelectorAll<HTMLInputElement>('[data-answer]')))
      field.value = JSON.stringify(answer);
    for (const field of Array.from(form.querySelectorAll<HTMLInputElement>('[data-box]')))
      field.disabled = !all<HTMLInputElement>(`#${field.dataset.box}`)[0]?.checked;
    form.submit();
  }

  function tell(form: HTMLFormElement, text = ''): void {
    const place = form.querySelector('[aria-live]');
    if (place) place.textContent = text;
  }

  function whatWentWrong(
    form: HTMLFormElement,
    { name, told }: { name?: string; told?: string },
  ): string | undefined {
    const words = wordsOf(form);
    if (told) return told;
    if (name === 'InvalidStateError') return words.known;
    if (name === 'NotAllowedError' || name === 'AbortError')
      return form.dataset.passkey === 'create' ? words.notMade : words.notShown;
    if (name === 'SecurityError' || name === 'NotSupportedError') return words.unsupported;
    return words.failed;
  }

  async function act(form: HTMLFormElement): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    stopOffering();
    tell(form);
    try {
      send(form, await ask(form));
    } catch (error) {
      isBusy = false;
      tell(form, whatWentWrong(form, error as Error));
      startOffering();
    }
  }

  function stopOffering(): void {
    clearTimeout(timer);
    offer.abort();
  }

  async function startOffering(): Promise<void> {
    const canOffer = await PublicKeyCredential.isConditionalMediationAvailable?.();
    if (!offering || !canOffer || isBusy) return;
    stopOffering();
    // A page that nobody looks at asks for nothing.
    if (document.hidden) return document.addEventListener('visibilitychange', startOffering, { once: true });
    offer = new AbortController();
    const { signal } = offer;
    timer = setTimeout(startOffering, renewedAfter);
    try {
      const answer = await ask(offering, { signal, mediation: 'conditional' });
      if (isBusy) return;
      isBusy = true;
      send(offering, answer);
    } catch {
      if (signal.aborted) return;
      clearTimeout(timer);
      timer = setTimeout(startOffering, triedAgainAfter);
    }
  }

  for (const form of forms) {
    form.hidden = false;
    form.addEventListener('submit', (event: Event) => {
      event.preventDefault();
      act(form);
    });
  }
  for (const instead of all('[data-without-passkeys]')) instead.hidden = true;
  // Of a page that comes back by the browser's back button nothing is under way.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    isBusy = false;
    startOffering();
  });
  startOffering();
}
