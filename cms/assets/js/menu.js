/** Folds the main menu on narrow windows. Without script it stays open. */
export function setUpMenu() {
  const button = document.querySelector("[data-menu-toggle]");
  const menu = document.querySelector("[data-menu]");
  if (!button || !menu) {
    return;
  }

  function fold(isFolded) {
    menu.classList.toggle("is-folded", isFolded);
    button.setAttribute("aria-expanded", String(!isFolded));
  }

  button.hidden = false;
  fold(true);
  button.addEventListener("click", () => fold(button.getAttribute("aria-expanded") === "true"));
  document.addEventListener("keydown", (event) => {
    const isInside = menu.contains(document.activeElement) || button === document.activeElement;
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true" && isInside) {
      fold(true);
      button.focus();
    }
  });
}
