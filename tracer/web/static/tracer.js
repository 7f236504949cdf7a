// Starts the design system's components, and shows a masked part in its place instead of on a page of its own.
import { initAll } from "./vendor/govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-reveal]");
  if (!form) return;
  event.preventDefault();
  const place = document.getElementById(form.dataset.reveal);
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Part": "1" } });
  if (!answer.ok || answer.redirected) {
    form.removeAttribute("data-reveal");
    form.submit();
    return;
  }
  place.textContent = (await answer.text()).trim();
  place.tabIndex = -1;
  place.focus();
  form.remove();
});
