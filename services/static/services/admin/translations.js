/** Beside each field of a translation: the German text, as it stands in the form at the moment. */
(() => {
  const panel = () => document.querySelector("[data-contentpath='translations']");

  /** The words of a field, one paragraph or point of a list in each line. */
  const words = (name) => {
    const field = document.getElementById(`id_${name}`);
    if (!field) return "";
    if (!field.hasAttribute("data-draftail-input")) return field.value.trim();
    try {
      const blocks = JSON.parse(field.value)?.blocks || [];
      return blocks.map((block) => (block.type.endsWith("list-item") ? `• ${block.text}` : block.text)).join("\n").trim();
    } catch {
      return "";
    }
  };

  const show = () => {
    panel()?.querySelectorAll("[data-contentpath] [data-field-help]").forEach((help) => {
      const name = help.closest("[data-contentpath]").dataset.contentpath;
      const german = words(name);
      if (help.closest("[data-contentpath]") === panel() || help.textContent === german) return;
      help.textContent = german;
      help.lang = "de";
      help.classList.toggle("help", Boolean(german));
      help.style.whiteSpace = "pre-line";
      const field = help.parentElement.querySelector("[data-field-input] :is(input, textarea):not([type=hidden])");
      if (german && field && help.id) field.setAttribute("aria-describedby", help.id);
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    const found = panel();
    if (!found) return;
    found.addEventListener("focusin", show);
    // A translation that was just added is built a moment later.
    new MutationObserver(show).observe(found, { childList: true, subtree: true });
    document.addEventListener("wagtail:tab-changed", show);
    show();
  });
})();
