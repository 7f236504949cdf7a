// What is at hand during a call: help, notes and days open over the page by a key, and shut with Escape. The focus and
// what is being typed stay where they were.
const drawers = [...document.querySelectorAll("details.drawer")];
let from = null; // where the focus was

function open(drawer) {
  const here = document.activeElement;
  if (!here || !here.closest("details.drawer")) from = here;
  for (const other of drawers) other.open = other === drawer;
  drawer.querySelector("textarea, .drawer__body summary, .drawer__body [tabindex]").focus();
}

function shut(drawer) {
  const inside = drawer.contains(document.activeElement);
  drawer.open = false;
  if (!inside) return;
  if (from && from.isConnected && from !== document.body) from.focus({ preventScroll: true });
  else drawer.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (document.documentElement.classList.contains("covered")) return;
  if (event.key === "Escape") {
    const drawer = drawers.find((one) => one.open);
    if (!drawer) return;
    event.preventDefault();
    shut(drawer);
  } else if (event.altKey && event.shiftKey && !event.ctrlKey && !event.metaKey) {
    const drawer = drawers.find((one) => one.dataset.keys === event.code);
    if (!drawer) return;
    event.preventDefault();
    if (drawer.open && drawer.contains(document.activeElement)) shut(drawer);
    else open(drawer);
  }
});
for (const drawer of drawers) {
  drawer.addEventListener("toggle", () => {
    if (drawer.open) for (const other of drawers) if (other !== drawer) other.open = false;
  });
  // Pressing its button keeps in mind where the focus was, to come back to.
  drawer.querySelector("summary").addEventListener("pointerdown", () => {
    const here = document.activeElement;
    if (here && !here.closest("details.drawer")) from = here;
  });
}

// A page of help that the words of a question lead to.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#help-']");
  const topic = link && document.querySelector(link.getAttribute("href")).closest("details");
  if (!topic) return;
  event.preventDefault();
  open(topic.closest("details.drawer"));
  topic.open = true;
  topic.querySelector("summary").focus();
});

// How long the call lasts.
const since = document.querySelector("[data-since]");
if (since) {
  const began = new Date(since.dateTime);
  const words = since.textContent;
  const tell = () => {
    const minutes = Math.floor((Date.now() - began) / 60000);
    since.textContent = minutes < 1 || minutes > 600 ? words : `${words}, ${minutes} min`;
  };
  tell();
  setInterval(tell, 20000);
}
