/**
 * Alerts above the content. The page holds those that were there when it was made; this asks for those of now, because
 * a browser or a proxy may have kept the page. What the visitor has hidden stays hidden in this browser:
 *   data-alerts          the block, with the address to ask
 *   data-alerts-urgent   its part for what interrupts, data-alerts-calm its part for the rest
 *   data-alert           an alert with its key, data-alert-close its button
 */
const KEY = "portal.alerts";
// Enough for everything that is shown at once; what is older is gone anyway.
const REMEMBERED = 50;

function hiddenKeys() {
  try {
    const keys = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}

function remember(key) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...hiddenKeys().filter((known) => known !== key), key].slice(-REMEMBERED)));
  } catch {
    // Storage can be switched off: the alert is then back on the next page.
  }
}

function alertsIn(part) {
  return [...part.querySelectorAll("[data-alert]")];
}

/** Takes away what the visitor has hidden, and gives the rest its button. */
function settle(part) {
  const hidden = hiddenKeys();
  for (const alert of alertsIn(part)) {
    if (hidden.includes(alert.dataset.alert)) {
      alert.remove();
    } else {
      alert.querySelector("[data-alert-close]").hidden = false;
    }
  }
}

/** Brings one part in step with what holds now. What stays is not touched, so that nothing is read out twice. */
function update(part, current) {
  const hidden = hiddenKeys();
  const wanted = current.filter((alert) => !hidden.includes(alert.key));
  const shown = new Map(alertsIn(part).map((alert) => [alert.dataset.alert, alert]));
  for (const [key, alert] of shown) {
    if (!wanted.some((other) => other.key === key)) {
      alert.remove();
    }
  }
  let previous = null;
  for (const { key, html } of wanted) {
    let alert = shown.get(key);
    if (!alert) {
      const template = document.createElement("template");
      template.innerHTML = html;
      alert = template.content.querySelector("[data-alert]");
      if (previous) {
        previous.after(alert);
      } else {
        part.prepend(alert);
      }
    }
    previous = alert;
  }
  settle(part);
}

async function refresh(block, urgent, calm) {
  try {
    const response = await fetch(block.dataset.alerts, { credentials: "omit" });
    if (response.ok) {
      const { alerts } = await response.json();
      update(urgent, alerts.filter((alert) => alert.urgent));
      update(calm, alerts.filter((alert) => !alert.urgent));
    }
  } catch {
    // Without an answer the page keeps what it has.
  }
}

function close(block, alert) {
  const all = alertsIn(block);
  const next = all[all.indexOf(alert) + 1] || all[all.indexOf(alert) - 1];
  remember(alert.dataset.alert);
  alert.remove();
  // The button that had the focus is gone.
  (next?.querySelector("[data-alert-close]") || document.querySelector("main")).focus({ preventScroll: true });
}

export function setUpAlerts() {
  const block = document.querySelector("[data-alerts]");
  if (!block) {
    return;
  }
  const urgent = block.querySelector("[data-alerts-urgent]");
  const calm = block.querySelector("[data-alerts-calm]");
  settle(block);
  block.addEventListener("click", (event) => {
    const button = event.target.closest("[data-alert-close]");
    if (button) {
      close(block, button.closest("[data-alert]"));
    }
  });
  refresh(block, urgent, calm);
  // A page that comes back with the browser's arrow was never loaded anew.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      refresh(block, urgent, calm);
    }
  });
}
