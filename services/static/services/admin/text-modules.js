/**
 * The form of local texts: adds and removes own texts beside the reference, and shows what citizens will read.
 *
 * Own texts are forms of a Django formset; nothing is stored before the page is saved.
 */
(() => {
  // Milliseconds between two looks at the texts; what stays the same from one to the next is asked for.
  const PAUSE = 400;
  const PREFIX = "__prefix__";

  class TextModules {
    constructor(root) {
      this.root = root;
      this.form = root.closest("form");
      this.prefix = root.dataset.textModules;
      this.total = document.getElementById(`id_${this.prefix}-TOTAL_FORMS`);
      this.template = document.getElementById(`id_${this.prefix}-EMPTY_FORM_TEMPLATE`);
      this.status = root.querySelector("[data-status]");
      // By code of the text module: what was seen last, and what the outcome on the screen was made of.
      this.seen = new Map();
      this.shown = new Map();
      this.asked = new Map();
      root.addEventListener("click", (event) => this.onClick(event));
      root.addEventListener("change", (event) => this.onChange(event));
      root.querySelectorAll("[data-text-buttons]").forEach((buttons) => buttons.removeAttribute("hidden"));
      root.querySelectorAll("[data-text-module]").forEach((module) => this.refresh(module));
      this.startLanguages();
      if (root.dataset.address) {
        this.codes().forEach((code) => this.shown.set(code, this.fingerprint(code)));
        setInterval(() => this.look(), PAUSE);
      }
    }

    // Languages

    startLanguages() {
      const group = this.root.querySelector("[data-languages]");
      if (!group) return;
      group.removeAttribute("hidden");
      // The pressed button says the same.
      this.root.querySelectorAll("[data-language-section] > h3").forEach((heading) => heading.classList.add("w-sr-only"));
      this.showLanguage(group.querySelector("[aria-pressed=true]") || group.querySelector("button"));
    }

    showLanguage(chosen) {
      this.root.querySelectorAll("[data-show-language]").forEach((button) => {
        button.setAttribute("aria-pressed", String(button === chosen));
      });
      this.root.querySelectorAll("[data-language-section]").forEach((section) => {
        section.hidden = section.dataset.languageSection !== chosen.dataset.showLanguage;
      });
    }

    // Own texts

    onClick(event) {
      const button = event.target.closest("button");
      if (!button) return;
      const module = button.closest("[data-text-module]");
      if (button.dataset.showLanguage) this.showLanguage(button);
      else if (button.dataset.add) this.add(module, button.dataset.add);
      else if (button.hasAttribute("data-remove-part")) this.remove(module, [button.closest("[data-text-part]")]);
      else if (button.hasAttribute("data-use-reference")) this.remove(module, this.active(module));
      else if (button.hasAttribute("data-undo")) this.bringBack(module);
    }

    onChange(event) {
      const module = event.target.closest("[data-text-module]");
      if (module) this.refresh(module);
    }

    field(part, name) {
      return document.getElementById(`id_${part.dataset.textPart}-${name}`);
    }

    parts(module) {
      return [...module.querySelectorAll("[data-text-part]")];
    }

    active(module) {
      return this.parts(module).filter((part) => !this.field(part, "DELETE").value);
    }

    /** Show of a module what fits the own texts that it has. */
    refresh(module) {
      const active = this.active(module);
      const removed = this.parts(module).filter((part) => !active.includes(part));
      const modes = active.map((part) => this.field(part, "mode").value);
      const show = (selector, isShown) => {
        module.querySelectorAll(selector).forEach((element) => element.toggleAttribute("hidden", !isShown));
      };
      active.forEach((part) => part.removeAttribute("hidden"));
      removed.forEach((part) => part.setAttribute("hidden", ""));
      show("[data-inherits]", !active.length);
      show("[data-removed]", removed.length);
      show("[data-use-reference]", active.length);
      show("[data-remove-part]", active.length > 1 || !module.querySelector("[data-use-reference]"));
      module.querySelectorAll("[data-add]").forEach((button) => {
        button.toggleAttribute("hidden", modes.includes(button.dataset.add));
      });
    }

    add(module, mode) {
      const number = this.total.value;
      const fragment = this.template.content.cloneNode(true);
      fragment.querySelectorAll("*").forEach((element) => {
        [...element.attributes].forEach((attribute) => {
          if (attribute.value.includes(PREFIX)) {
            element.setAttribute(attribute.name, attribute.value.replaceAll(PREFIX, number));
          }
        });
      });
      const part = fragment.querySelector("[data-text-part]");
      const legend = part.querySelector("[data-legend]");
      const label = `${legend.textContent.trim()} ${module.dataset.name}`;
      legend.textContent = label;
      part.querySelector("[data-part-name]").textContent = module.dataset.name;
      const field = (name) => part.querySelector(`[name="${part.dataset.textPart}-${name}"]`);
      field("language").value = module.dataset.language;
      field("code").value = module.dataset.code;
      field("mode").value = mode;
      field("ORDER").value = Number(number) + 1;
      const text = field("text");
      const options = JSON.parse(text.dataset.wInitDetailValue);
      text.dataset.wInitDetailValue = JSON.stringify({ ...options, ariaLabel: label });
      const place = module.querySelector("[data-parts]");
      if (mode === "before") place.prepend(fragment);
      else place.append(fragment);
      this.total.value = Number(number) + 1;
      field("mode").dispatchEvent(new Event("change", { bubbles: true }));
      this.say(this.root.dataset.saidAdded);
      this.focusEditor(text, 40);
    }

    /** The editor is built a moment after its field is there. */
    focusEditor(text, tries) {
      if (text.draftailEditor) text.draftailEditor.focus();
      else if (tries) setTimeout(() => this.focusEditor(text, tries - 1), 25);
    }

    remove(module, parts) {
      parts.forEach((part) => this.mark(part, "1"));
      this.refresh(module);
      const undo = module.querySelector("[data-undo]");
      (undo || module.querySelector("h4")).focus();
      this.say(this.root.dataset.saidRemoved);
    }

    bringBack(module) {
      this.parts(module).forEach((part) => this.mark(part, ""));
      this.refresh(module);
      module.querySelector("[data-use-reference]").focus();
      this.say(this.root.dataset.saidBack);
    }

    mark(part, value) {
      const field = this.field(part, "DELETE");
      if (field.value === value) return;
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    say(message) {
      // An empty moment before, so that the same words are read out again.
      this.status.textContent = "";
      setTimeout(() => {
        this.status.textContent = message;
      }, 50);
    }

    // The outcome

    codes() {
      return [...new Set([...this.root.querySelectorAll("[data-code]")].map((module) => module.dataset.code))];
    }

    /** All own texts of a module, in every language, as one string: German ones show in translations too. Where the
     * service is not offered the shared text is not shown, so the state counts as well. */
    fingerprint(code) {
      const parts = [...this.root.querySelectorAll("[data-text-part]")];
      const own = parts.filter((part) => this.field(part, "code").value === code);
      const names = ["language", "mode", "text", "DELETE"];
      return JSON.stringify([this.state(), own.map((part) => names.map((name) => this.field(part, name).value))]);
    }

    state() {
      return this.form.elements.state.value;
    }

    look() {
      this.codes().forEach((code) => {
        const now = this.fingerprint(code);
        if (now !== this.shown.get(code) && now === this.seen.get(code)) {
          this.shown.set(code, now);
          this.ask(code);
        }
        this.seen.set(code, now);
      });
    }

    async ask(code) {
      this.asked.get(code)?.abort();
      const controller = new AbortController();
      this.asked.set(code, controller);
      const columns = [...this.root.querySelectorAll(`[data-code="${code}"] [data-outcome]`)];
      const data = new FormData();
      for (const [name, value] of new FormData(this.form)) {
        if (name.startsWith(`${this.prefix}-`)) data.append(name, value);
      }
      data.set(`${this.prefix}-INITIAL_FORMS`, "0");
      data.set("code", code);
      data.set("state", this.state());
      const token = this.form.querySelector("[name=csrfmiddlewaretoken]").value;
      try {
        const response = await fetch(this.root.dataset.address, {
          method: "POST",
          body: data,
          headers: { "X-CSRFToken": token },
          signal: controller.signal,
        });
        if (!response.ok) throw new Error(String(response.status));
        const outcome = await response.json();
        columns.forEach((column) => {
          const html = outcome[column.closest("[data-language]").dataset.language];
          if (html !== undefined) column.innerHTML = html;
        });
      } catch (error) {
        if (error.name === "AbortError") return;
        columns.forEach((column) => {
          column.textContent = this.root.dataset.saidFailed;
        });
        this.say(this.root.dataset.saidFailed);
      }
    }
  }

  const start = () => document.querySelectorAll("[data-text-modules]").forEach((root) => new TextModules(root));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
