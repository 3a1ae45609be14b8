// Follow-up work that is under way: asks how far it is until it is done. Each quarter is said to those who listen.

const PAUSE = 2000;
const PATIENCE = 5;

function quarter(element) {
  const bar = element.querySelector("progress");
  return bar ? Math.floor(bar.value / 25) : 0;
}

function announce(element) {
  const status = document.querySelector("[data-progress-status]");
  const text = element.querySelector("[data-progress-text]");
  if (status && text) {
    status.textContent = text.textContent.replace(/\s+/g, " ").trim();
  }
}

/** What the page says of the outcome was gathered before the work was done. */
async function showOutcome() {
  const shown = document.querySelector("[data-progress-outcome]");
  if (!shown) return;
  try {
    const response = await fetch(window.location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const next = page.querySelector("[data-progress-outcome]");
    if (next) shown.replaceWith(next);
  } catch {
    // Whoever loads the page again sees it.
  }
}

async function follow(element, failures = 0) {
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  let next = null;
  try {
    const response = await fetch(element.dataset.progressUrl, { credentials: "same-origin" });
    if (response.ok && !response.redirected) {
      const holder = document.createElement("template");
      holder.innerHTML = (await response.text()).trim();
      next = holder.content.querySelector(".reference-progress");
    }
  } catch {
    // The server is away for a moment.
  }
  if (!next) {
    if (failures < PATIENCE) follow(element, failures + 1);
    return;
  }
  const before = quarter(element);
  element.replaceWith(next);
  const isDone = !next.dataset.progressUrl;
  if (isDone || quarter(next) !== before) announce(next);
  if (isDone) showOutcome();
  else follow(next);
}

document.querySelectorAll("[data-progress-url]").forEach((element) => follow(element));
