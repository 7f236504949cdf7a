// Makes and uses passkeys: asks the server what to ask of the device, and puts its answer into the form.
const WORDS = {
  NotAllowedError: "It was turned back, or took too long. Try again when you are ready.",
  InvalidStateError: "This device has a passkey for you already. Use another device, or go on with the one you have.",
  SecurityError: "Passkeys do not work at this address.",
};

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function readable(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const one of options.allowCredentials || []) one.id = bytes(one.id);
  for (const one of options.excludeCredentials || []) one.id = bytes(one.id);
  return options;
}

function sendable(made) {
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  if (made.response.getTransports) response.transports = made.response.getTransports();
  const parts = { id: made.id, rawId: text(made.rawId), type: made.type, response };
  return JSON.stringify({ ...parts, clientExtensionResults: made.getClientExtensionResults() });
}

// The device's answer as text for a form: `how` is "get" or "create"; what goes wrong is said by `why`.
export async function answered(options, token, how) {
  const answer = await fetch(options, { method: "POST", headers: { "X-CSRFToken": token, "X-Part": "1" } });
  if (answer.status === 422) throw new Error((await answer.json()).message, { cause: "said" });
  if (!answer.ok || answer.redirected) throw new Error("options");
  const publicKey = readable(await answer.json());
  return sendable(await navigator.credentials[how]({ publicKey }));
}

export const why = (error) =>
  (error.cause === "said" && error.message) || WORDS[error.name] || "That did not work. Reload this page and try again.";

async function submitted(event) {
  const form = event.currentTarget;
  if (form.elements.credential.value) return;
  event.preventDefault();
  const said = form.querySelector("[data-passkey-said]");
  const name = form.elements.namedItem("name");
  said.textContent = "";
  if (name && !name.value.trim()) {
    said.textContent = "Give the passkey a name first.";
    name.focus();
    return;
  }
  try {
    form.elements.credential.value = await answered(form.dataset.options, form.elements.csrf_token.value, form.dataset.passkey);
    form.submit();
  } catch (error) {
    said.textContent = why(error);
    said.focus();
  }
}

const forms = document.querySelectorAll("form[data-passkey]");
export const able = Boolean(window.PublicKeyCredential);
for (const form of forms) {
  form.hidden = !able;
  form.addEventListener("submit", submitted);
}
for (const words of document.querySelectorAll("[data-passkeys-missing]")) words.hidden = able;
for (const words of document.querySelectorAll("[data-passkeys-unscripted]")) words.hidden = true;
