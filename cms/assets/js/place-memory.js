/**
 * Remembers the visitor's place in this browser alone, so that the server needs no cookie.
 *
 * The page of a town, and that of a service there, name the place in data attributes of <body>: visitors come to them by
 * choosing it. Whoever looks at an office or at news of another town still lives where they live. All pages offer to
 * go on with the remembered place:
 *   data-remembered          a block to show, with data-target-kind and -slug where it leads on to one thing there
 *   data-remembered-link     its link; data-remembered-name its name
 *   data-forget-place        a button that forgets the place
 *   data-place-input         a field to fill in where it is empty
 */
const KEY = "portal.place";

// Storage can be switched off or full; then nothing is remembered and nothing breaks.
function read() {
  try {
    const place = JSON.parse(localStorage.getItem(KEY));
    return place && typeof place.name === "string" && typeof place.url === "string" ? place : null;
  } catch {
    return null;
  }
}

function write(place) {
  try {
    if (place) {
      localStorage.setItem(KEY, JSON.stringify(place));
    } else {
      localStorage.removeItem(KEY);
    }
  } catch {
    // See read().
  }
}

function address(block, link, place) {
  const { targetKind, targetSlug } = block.dataset;
  if (!targetKind) {
    // Stored text is not trusted further than a path or an address of the web.
    const url = new URL(place.url, location.href);
    return url.protocol.startsWith("http") ? url.href : link.href;
  }
  const url = new URL(link.href);
  url.search = new URLSearchParams({ [targetKind]: targetSlug, ort: place.name }).toString();
  return url.href;
}

function show(place) {
  for (const block of document.querySelectorAll("[data-remembered]")) {
    const link = block.querySelector("[data-remembered-link]");
    block.querySelector("[data-remembered-name]").textContent = place.name;
    link.href = address(block, link, place);
    block.hidden = false;
  }
  for (const input of document.querySelectorAll("[data-place-input]")) {
    if (!input.value && !document.body.dataset.placeName) {
      input.value = place.name;
      input.dataset.filled = "";
    }
  }
}

function forget() {
  write(null);
  for (const block of document.querySelectorAll("[data-remembered]")) {
    block.hidden = true;
  }
  const filled = document.querySelectorAll("[data-filled]");
  for (const input of filled) {
    input.value = "";
  }
  // The button that had the focus is gone.
  (filled[0] || document.querySelector("[data-place-input]") || document.querySelector("main")).focus();
}

export function setUpPlaceMemory() {
  const { placeName, placeUrl } = document.body.dataset;
  if (placeName && placeUrl) {
    write({ name: placeName, url: placeUrl });
  }
  const place = read();
  if (place) {
    show(place);
  }
  for (const button of document.querySelectorAll("[data-forget-place]")) {
    button.addEventListener("click", forget);
  }
}
