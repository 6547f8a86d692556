// The box in which questions are written, and the chips of the papers asked. Does not know conversations.
const byId = (id) => document.getElementById(id);
const SHOWN = 4;

export class Composer {
  constructor({ submit, stop }) {
    this.scope = new Map();
    this.editing = "";
    this.box = byId("pa-question");
    this.box.addEventListener("input", () => this.#grow());
    this.box.addEventListener("keydown", (event) => {
      // An Enter that ends the composition of a character is not a question.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        submit();
      }
    });
    byId("pa-composer").addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    document.addEventListener("keydown", (event) => {
      const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        document.querySelector('.pa [data-do="view"][data-view="chat"]').click();
        this.focus();
      }
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) stop();
    });
  }

  get words() {
    return this.box.value.trim();
  }

  set words(text) {
    this.box.value = text;
    this.#grow();
  }

  focus() {
    this.box.focus();
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
  }

  busy(isBusy) {
    const hadFocus = document.activeElement === byId("pa-send") || document.activeElement === byId("pa-stop");
    byId("pa-send").hidden = isBusy;
    byId("pa-stop").hidden = !isBusy;
    if (hadFocus) this.box.focus();
  }

  reset() {
    this.words = "";
    this.editing = "";
    this.unlimit();
    this.focus();
  }

  get pairs() {
    return [...this.scope];
  }

  limit(pairs) {
    this.scope = new Map(pairs);
    this.#chips();
  }

  unlimit(paper) {
    if (paper) this.scope.delete(paper);
    else this.scope.clear();
    this.#chips();
  }

  #grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 200)}px`;
  }

  #chips() {
    const list = byId("pa-scope");
    list.hidden = this.scope.size === 0;
    const chip = (paper, words, label) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = words;
      name.title = words;
      item.append(name);
      if (label) {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.do = "unscope";
        button.dataset.paper = paper;
        button.setAttribute("aria-label", label);
        button.textContent = "×";
        item.append(button);
      }
      return item;
    };
    const pairs = this.pairs;
    const chips = pairs.slice(0, SHOWN).map(([paper, title]) => chip(paper, title, `Ask without ${title}`));
    if (pairs.length > SHOWN) chips.push(chip("", `and ${pairs.length - SHOWN} more`, ""));
    if (pairs.length > 1) chips.push(chip("", "Ask all papers", "Ask all papers again"));
    const head = document.createElement("li");
    head.className = "scope-head";
    head.textContent = "Only";
    list.replaceChildren(head, ...chips);
    this.box.placeholder = pairs.length ? `Ask about ${pairs.length === 1 ? "this paper" : "these papers"}` : "Ask about the papers";
  }
}
