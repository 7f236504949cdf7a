// A preview: each answer brings the page up to date, as a call would. The page alone has the answers.
const form = document.getElementById("preview");
const inputs = "input, select, textarea";
let wanted = 0;

async function renew() {
  const mine = (wanted += 1);
  const content = new FormData(form);
  content.set("as_do", "stay");
  const reply = await fetch(form.action, { method: "POST", body: content });
  if (mine !== wanted || reply.redirected || ![200, 422].includes(reply.status)) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  if (mine === wanted) exchange(page.getElementById("preview"));
}

// The new page in place of the old: the focus stays, and so do what is being typed and what is open.
function exchange(next) {
  const active = document.activeElement;
  const typed = active.matches("input:not([type=radio]):not([type=checkbox]), textarea") ? active.value : null;
  const open = [...form.querySelectorAll("details[open]")].map((one) => place(one));
  form.replaceChildren(...next.childNodes);
  for (const one of form.querySelectorAll("details")) one.open ||= open.includes(place(one));
  const again = active.id ? document.getElementById(active.id) : null;
  if (again && active !== again) {
    again.focus({ preventScroll: true });
    if (typed !== null) again.value = typed;
  }
  tidy();
}

const place = (details) => details.id || details.textContent.trim();

function tidy() {
  for (const one of form.querySelectorAll("[data-plain]")) one.remove();
}

form.addEventListener("change", (event) => {
  if (event.target.matches(inputs)) renew();
});
tidy();
